import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NetworkDeletion } from '../../../src/engine/api';
import type { Network } from '../../../src/engine/network/types';
import type { AccountId, SnodeId } from '../../../src/protocol/types';
import { swarmOf } from '../../localnet/client';
import { put, seal, stranger, text } from './swarm';
import {
	conversationRow,
	eventually,
	newPerson,
	now,
	openTab,
	openWorld,
	pause,
	until,
	type World
} from './world';

let world: World;
beforeEach(async () => {
	world = await openWorld();
});
afterEach(() => world.close());

const kept = (account: AccountId): number => world.localnet.storedHashes(account, 0).length;

/** Ada has a message in her swarm, written by a stranger. */
async function somebody(wraps: Parameters<typeof newPerson>[2] = {}) {
	const ada = await newPerson(world, 'Ada', wraps);
	const eve = await stranger(61);
	const write = (body: string) =>
		put(world, ada.account.accountId, seal(eve, ada.account.accountId, text(body, 'Eve')));
	await write('kept by the swarm');
	await conversationRow(ada.engine, (row) => row.person.name === 'Eve', 'requests');
	return { ...ada, id: ada.account.accountId, write };
}

const ids = (list: NetworkDeletion['confirmed']) => list.map(({ id }) => id).sort();

/** What the network answers to this account, changed on the way. */
function tampering(change: (body: { swarm: Record<string, { signature?: string }> }) => void) {
	return {
		network: (network: Network): Network =>
			Object.assign(Object.create(network) as Network, {
				start: () => network.start(),
				stop: () => network.stop(),
				askNodes: (...args: Parameters<Network['askNodes']>) => network.askNodes(...args),
				swarmOf: (account: AccountId) => network.swarmOf(account),
				hop: (node: SnodeId) => network.hop(node),
				resolveName: (name: string) => network.resolveName(name),
				view: () => network.view(),
				onChange: (listener: Parameters<Network['onChange']>[0]) => network.onChange(listener),
				setOnline: (online: boolean) => network.setOnline(online),
				setGateways: (origins: readonly string[]) => network.setGateways(origins),
				rebuildPaths: () => network.rebuildPaths(),
				swarmRequest: async (...[account, build, options]: Parameters<Network['swarmRequest']>) => {
					let method = '';
					const reply = await network.swarmRequest(
						account,
						async (time, node) => {
							const call = await build(time, node);
							({ method } = call);
							return call;
						},
						options
					);
					if (method === 'delete_all') change(reply.body as never);
					return reply;
				}
			})
	};
}

test('every node of the swarm deletes and proves it, and the account stays until the person deletes it', async () => {
	const ada = await somebody();
	const members = swarmOf(world.localnet, ada.id);
	expect(members.length).toBeGreaterThan(2);
	const { confirmed, unconfirmed } = await ada.engine.deleteFromNetwork();
	expect(unconfirmed).toEqual([]);
	expect(ids(confirmed)).toEqual(members.map(({ id }) => id).sort());
	expect(confirmed.every(({ ip }) => ip !== null)).toBe(true);
	expect(kept(ada.id)).toBe(0);
	// Here nothing is lost yet.
	expect(await ada.engine.storageUse()).toEqual({ messages: 1, conversations: 1 });
	expect(await ada.engine.deleteAccount()).toEqual({ kind: 'new' });
	expect((await openTab(ada.browser)).booted).toEqual({ kind: 'new' });
});

test('nothing is sent or fetched meanwhile in any tab, until the person keeps the account after all', async () => {
	const ada = await somebody();
	const second = await openTab(ada.browser, { hadAccount: true });
	// The second one asks; the first one leads.
	expect((await now(second.engine, 'network', null)).leader).toBe(false);
	await second.engine.deleteFromNetwork();
	await ada.write('while it is being deleted');
	const note = ada.account.noteToSelf;
	await ada.engine.send(note, 'a note');
	await pause(1_000);
	expect(await ada.engine.storageUse()).toMatchObject({ messages: 2 });
	expect(kept(ada.id)).toBe(1);
	await second.engine.keepAccount();
	await until(ada.engine, 'conversation', note, (view) => view?.preview?.state === 'sent');
	await eventually(
		() => ada.engine.storageUse(),
		({ messages }) => messages === 3
	);
});

test('goes on elsewhere when the tab that was deleting is gone', async () => {
	const ada = await somebody();
	const second = await openTab(ada.browser, { hadAccount: true });
	await second.engine.deleteFromNetwork();
	await ada.write('while it is being deleted');
	second.kill();
	await eventually(
		() => ada.engine.storageUse(),
		({ messages }) => messages === 2
	);
});

test('a node that is down is named, and confirms when it is back', async () => {
	const ada = await somebody();
	const members = swarmOf(world.localnet, ada.id);
	const down = members[0]!;
	await world.localnet.faults.kill(down);
	const first = await ada.engine.deleteFromNetwork();
	expect(first.unconfirmed).toMatchObject([{ node: { id: down.id }, reason: 'silent' }]);
	expect(first.confirmed).toHaveLength(members.length - 1);
	await world.localnet.faults.revive(down);
	const again = await ada.engine.deleteFromNetwork();
	expect(again.unconfirmed).toEqual([]);
	expect(kept(ada.id)).toBe(0);
});

test('a node whose signature is wrong has not confirmed', async () => {
	const liars: SnodeId[] = [];
	const ada = await somebody(
		tampering(({ swarm }) => {
			const names = Object.keys(swarm).sort();
			const [liar, other] = [swarm[names[0]!]!, swarm[names[1]!]!];
			liars.push(names[0] as SnodeId);
			liar.signature = other.signature!;
		})
	);
	const { confirmed, unconfirmed } = await ada.engine.deleteFromNetwork();
	expect(new Set(liars).size).toBe(1);
	expect(unconfirmed).toMatchObject([{ node: { id: liars[0] }, reason: 'unproven' }]);
	expect(ids(confirmed)).not.toContain(liars[0]);
});

test('a node that invents members adds none', async () => {
	const ada = await somebody(
		tampering(({ swarm }) => {
			swarm['ab'.repeat(32)] = { ...Object.values(swarm)[0] };
			Object.assign(swarm, { ['cd'.repeat(32)]: { failed: true } });
		})
	);
	const { confirmed, unconfirmed } = await ada.engine.deleteFromNetwork();
	expect(unconfirmed).toEqual([]);
	expect(ids(confirmed)).toEqual(
		swarmOf(world.localnet, ada.id)
			.map(({ id }) => id)
			.sort()
	);
});

test('a whole swarm that is down is named whole, and nothing is lost', async () => {
	const ada = await somebody();
	const members = swarmOf(world.localnet, ada.id);
	for (const node of members) await world.localnet.faults.kill(node);
	const { confirmed, unconfirmed } = await ada.engine.deleteFromNetwork();
	expect(confirmed).toEqual([]);
	expect(ids(unconfirmed.map(({ node }) => node))).toEqual(members.map(({ id }) => id).sort());
	expect(unconfirmed.every(({ reason }) => reason === 'silent')).toBe(true);
	await ada.engine.keepAccount();
	expect(await ada.engine.storageUse()).toEqual({ messages: 1, conversations: 1 });
	// Only here is possible all the same.
	expect(await ada.engine.deleteAccount()).toEqual({ kind: 'new' });
});

test('offline it says so, and work goes on', async () => {
	const ada = await somebody();
	await ada.engine.setOnline(false);
	await expect(ada.engine.deleteFromNetwork()).rejects.toMatchObject({ code: 'offline' });
	await ada.engine.setOnline(true);
	await ada.write('after that');
	await eventually(
		() => ada.engine.storageUse(),
		({ messages }) => messages === 2
	);
});
