import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DOCUMENT_NAMES } from '../../../src/engine/documents/state';
import type { DocumentStates } from '../../../src/engine/documents/state';
import { DocumentStore } from '../../../src/engine/documents/store';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import { toHex } from '../../../src/protocol/bytes';
import { identityFromSeed, newSeed, parseSeed } from '../../../src/protocol/identity';
import { decodeRecovery } from '../../../src/protocol/mnemonic';
import type { AccountId, NetworkTime } from '../../../src/protocol/types';
import type { Engine } from '../../../src/engine/api';
import type { TestBrowser } from '../node-platform';
import { pollNow, syncNow } from './at-once';
import { eventually, newPerson, openTab, openWorld, pause, reveal, type Tab, type World } from './world';

const random = (length: number) => globalThis.crypto.getRandomValues(new Uint8Array(length));

let world: World;
let strangers: readonly AccountId[];

beforeAll(async () => {
	world = await openWorld();
	strangers = Array.from({ length: 4 }, () => identityFromSeed(newSeed(random)).accountId);
});
afterAll(() => world.close());

/** A browser of the account that can be closed and opened again. */
class Device {
	#tab: Tab | null = null;
	db: AccountDatabase | null = null;

	constructor(readonly browser: TestBrowser) {}

	get engine(): Engine {
		return this.#tab!.engine;
	}

	async open(): Promise<void> {
		const database = (db: AccountDatabase) => (this.db = db);
		this.#tab = await openTab(this.browser, { hadAccount: true, wraps: { database } });
	}

	kill(): void {
		this.#tab?.kill();
	}
}

type Edit =
	| { readonly kind: 'name'; readonly name: string }
	| { readonly kind: 'write' | 'block' | 'unblock' | 'hide'; readonly whom: number }
	| { readonly kind: 'offline' | 'online' | 'restart' | 'pause' }
	| { readonly kind: 'drop' | 'lose'; readonly node: number };

const whom = fc.nat(3);
const edit: fc.Arbitrary<Edit> = fc.oneof(
	fc.record({ kind: fc.constant('name' as const), name: fc.string({ minLength: 1, maxLength: 8 }) }),
	fc.record({
		kind: fc.constantFrom('write' as const, 'block' as const, 'unblock' as const, 'hide' as const),
		whom
	}),
	fc.record({
		kind: fc.constantFrom('offline' as const, 'online' as const, 'restart' as const, 'pause' as const)
	}),
	fc.record({ kind: fc.constantFrom('drop' as const, 'lose' as const), node: fc.nat(4) })
);

async function perform(device: Device, step: Edit, self: AccountId): Promise<void> {
	const { engine } = device;
	switch (step.kind) {
		case 'name':
			return engine.setDisplayName(`N${step.name.replace(/\s/gu, '_')}`);
		case 'offline':
		case 'online':
			return engine.setOnline(step.kind === 'online');
		case 'restart':
			device.kill();
			return device.open();
		case 'pause':
			await pollNow(engine);
			return pause(400);
		case 'drop':
			return world.localnet.faults.drop(world.localnet.nodes[step.node]!, 0.3);
		case 'lose':
			return world.localnet.faults.loseReplica(world.localnet.nodes[step.node]!, self);
		default: {
			const key = await engine.openConversation(strangers[step.whom]!);
			if (step.kind === 'block') return engine.blockPerson(key);
			if (step.kind === 'unblock') return engine.unblockPerson(key);
			if (step.kind === 'hide') return engine.deleteConversation(key);
			await engine.unblockPerson(key);
			await engine.send(key, 'Hello');
		}
	}
}

interface Shown {
	/** Facts of each conversation that are shared. */
	readonly people: readonly unknown[];
	readonly documents: readonly unknown[];
	readonly pending: boolean;
}

async function shown(device: Device, words: string): Promise<Shown> {
	const account = identityFromSeed(parseSeed(decodeRecovery(words)));
	const store = new DocumentStore({
		account: account.ed25519,
		random,
		clock: { now: () => Date.now() as NetworkTime }
	});
	return device.db!.read(async (tx) => {
		const documents = store.open(tx);
		const states = await tx.meta.get<DocumentStates>('documents');
		const configs = await Promise.all(DOCUMENT_NAMES.map(async (name) => (await documents.get(name)).config));
		const people = (await tx.conversations.all())
			.filter((record) => record.approved || record.approvedMe || record.blocked)
			.map(({ accountId, approved, approvedMe, blocked, priority, nickname }) => ({
				accountId,
				approved,
				approvedMe,
				blocked,
				priority,
				nickname
			}))
			.sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
		return {
			people,
			documents: configs.map((config) => [config.seqno, plain(config.data)]),
			// Without any it has not seen those of the swarm yet.
			pending: states === null || DOCUMENT_NAMES.some((name) => states[name].needsPush)
		};
	});
}

function plain(value: unknown): unknown {
	if (value instanceof Uint8Array) return toHex(value);
	if (typeof value === 'bigint') return String(value);
	if (Array.isArray(value)) return value.map(plain);
	if (value instanceof Map) return [...value].map(([key, entry]) => [key, plain(entry)] as unknown);
	return value;
}

test('three devices that change the same account at once, over a bad network, end in the same', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.tuple(fc.nat(2), edit), { minLength: 12, maxLength: 24 }), async (steps) => {
			const first = await newPerson(world, 'Ada');
			const words = await reveal(first);
			const self = first.account.accountId;
			first.tab.kill();
			const devices = [new Device(first.browser), new Device(world.browser()), new Device(world.browser())];
			for (const [index, device] of devices.entries()) {
				await device.open();
				if (index > 0) await device.engine.restoreAccount(words);
			}
			for (const [which, step] of steps) await perform(devices[which]!, step, self);
			world.localnet.faults.heal();
			for (const device of devices) await device.engine.setOnline(true);
			const all = await eventually(
				async () => {
					await Promise.all(devices.map(({ engine }) => syncNow(engine)));
					await pause(300);
					return Promise.all(devices.map((device) => shown(device, words)));
				},
				(views) =>
					views.every(({ pending }) => !pending) &&
					new Set(views.map((view) => JSON.stringify(view))).size === 1,
				60_000
			);
			expect(new Set(all.map((view) => JSON.stringify(view))).size).toBe(1);
			for (const device of devices) device.kill();
		}),
		{ numRuns: 2, endOnFailure: true }
	);
}, 400_000);
