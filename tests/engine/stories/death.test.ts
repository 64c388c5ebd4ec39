import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Network } from '../../../src/engine/network/types';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import { put, seal, stranger, text } from './swarm';
import {
	eventually,
	messages,
	openTab,
	openWorld,
	pause,
	talk,
	type Tab,
	type World,
	type Wraps
} from './world';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterAll(() => world.close());

/** Kills a tab at the n-th place where it writes or speaks, counted from when it is armed. */
class Fate {
	#left = Infinity;
	#kill: () => void = () => undefined;
	struck = false;

	arm(place: number, tab: Tab): void {
		this.#left = place;
		this.#kill = () => tab.kill();
	}

	/** True when the tab died here. */
	strikes(): boolean {
		if (this.struck) return true;
		this.#left -= 1;
		if (this.#left > 0) return false;
		this.struck = true;
		this.#kill();
		return true;
	}

	readonly wraps: Wraps = {
		database: (db): AccountDatabase => ({
			read: (work) => db.read(work),
			onChange: (listener) => db.onChange(listener),
			close: () => db.close(),
			write: async (work) => {
				if (this.strikes()) return never();
				const value = await db.write(async (tx) => {
					const worked = await work(tx);
					if (this.strikes()) throw new Error('died before the commit');
					return worked;
				});
				return this.strikes() ? never() : value;
			}
		}),
		network: (network): Network => {
			const wrapped = Object.create(network) as Network;
			return Object.assign(wrapped, bound(network), {
				swarmRequest: async (...args: Parameters<Network['swarmRequest']>) => {
					if (this.strikes()) return never();
					const reply = await network.swarmRequest(...args);
					return this.strikes() ? never() : reply;
				}
			});
		}
	};
}

function never<Value>(): Promise<Value> {
	return new Promise(() => undefined);
}

function bound(network: Network): Omit<Network, 'clock' | 'swarmRequest'> {
	return {
		start: () => network.start(),
		stop: () => network.stop(),
		askNodes: (...args) => network.askNodes(...args),
		serverRequest: (...args) => network.serverRequest(...args),
		swarmOf: (account) => network.swarmOf(account),
		hop: (node) => network.hop(node),
		guards: () => network.guards(),
		resolveName: (name) => network.resolveName(name),
		view: () => network.view(),
		onChange: (listener) => network.onChange(listener),
		setOnline: (online) => network.setOnline(online),
		setGateways: (origins) => network.setGateways(origins),
		rebuildPaths: () => network.rebuildPaths()
	};
}

test(
	'a tab that dies at any step of sending loses nothing and sends nothing twice',
	{ timeout: 240_000 },
	async () => {
		let deaths = 0;
		for (let place = 1; place <= 60; place += 1) {
			const bob = (await stranger(100 + place)).accountId;
			const fate = new Fate();
			const browser = world.browser();
			const tab = await openTab(browser, { wraps: fate.wraps });
			const { accountId } = await tab.engine.createAccount('Ada');
			const conversation = await tab.engine.openConversation(bob);
			// Lets the start settle, so that the places counted are those of sending.
			await pause(150);

			fate.arm(place, tab);
			let written = false;
			void tab.engine.send(conversation, 'only once').then(
				() => (written = true),
				() => undefined
			);
			await eventually(
				() => fate.struck || world.localnet.storedHashes(accountId, 0).length > 0,
				(over) => over
			);
			if (!fate.struck) await pause(100);
			if (!fate.struck) break;
			deaths += 1;

			const next = await openTab(browser, { hadAccount: true });
			expect(next.booted).toEqual({ kind: 'ready' });
			const kept = await messages(next.engine, conversation);
			expect(kept.length).toBeLessThanOrEqual(1);
			if (written) expect(kept).toHaveLength(1);
			await eventually(
				() => world.localnet.storedHashes(accountId, 0).length,
				(copies) => copies === kept.length
			);
			if (kept.length === 1) {
				await eventually(
					async () => (await messages(next.engine, conversation))[0]?.state.kind,
					(state) => state === 'sent'
				);
			}
			expect(world.localnet.storedHashes(bob, 0)).toHaveLength(kept.length);
			expect(world.localnet.storedHashes(accountId, 0)).toHaveLength(kept.length);
			// The copy that comes back from the own swarm is the same message.
			expect(await talk(next.engine, conversation)).toHaveLength(kept.length);
			browser.close();
		}
		expect(deaths).toBeGreaterThanOrEqual(15);
	}
);

test(
	'a tab that dies at any step of receiving loses nothing and shows nothing twice',
	{ timeout: 240_000 },
	async () => {
		const eve = await stranger(60);
		let deaths = 0;
		for (let place = 1; place <= 40; place += 1) {
			const fate = new Fate();
			const browser = world.browser();
			const tab = await openTab(browser, { wraps: fate.wraps });
			const { accountId } = await tab.engine.createAccount('Ada');
			await tab.engine.setVisible(false);
			await pause(100);
			const at = Date.now();
			for (let index = 0; index < 3; index += 1) {
				await put(world, accountId, seal(eve, accountId, text(`m${index}`, 'Eve'), at + index));
			}
			fate.arm(place, tab);
			await tab.engine.setVisible(true);
			await Promise.race([
				eventually(
					() => fate.struck,
					(struck) => struck
				),
				eventually(
					async () => (await tab.engine.storageUse()).messages,
					(count) => count === 3
				)
			]).catch(() => undefined);
			if (!fate.struck) break;
			deaths += 1;

			const next = await openTab(browser, { hadAccount: true });
			await eventually(
				async () => (await next.engine.storageUse()).messages,
				(count) => count === 3
			);
			await next.engine.setVisible(false);
			await next.engine.setVisible(true);
			await pause(100);
			expect(await next.engine.storageUse()).toEqual({ messages: 3, conversations: 1 });
			browser.close();
		}
		expect(deaths).toBeGreaterThanOrEqual(4);
	}
);
