import fc from 'fast-check';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { LONGEST_RANK, probeBetween, rankBetween, ranksBetween } from '../../../src/engine/storage/rank';
import { Sealer } from '../../../src/engine/storage/seal';
import type { AccountDatabase, MessageRecord, PlacedMessage } from '../../../src/engine/storage/types';
import { sodiumReady } from '../../../src/protocol/sodium';
import { damaged, message, messageKey, openFresh, settle, tamper, TALK } from './fixture';

const START = 1_700_000_000_000;

beforeAll(() => sodiumReady);
afterEach(() => vi.restoreAllMocks());

async function stored(db: AccountDatabase): Promise<readonly PlacedMessage[]> {
	const rows = await db.read((tx) => tx.messages.after(TALK, null, 100_000));
	return rows.filter((row): row is PlacedMessage => !('damaged' in row));
}

/** What the database must say: by time, and in order of insertion where times are equal. */
function inOrder(records: readonly MessageRecord[]): string[] {
	return records.toSorted((a, b) => a.sentAt - b.sentAt).map(({ key }) => key);
}

const keys = (rows: readonly { readonly key: string }[]) => rows.map(({ key }) => key);

describe('order of messages', () => {
	it('is by time, ties after, for any sequence of single and bulk insertions and removals', async () => {
		const times = fc.integer({ min: 0, max: 60 });
		const step = fc.oneof(
			times.map((time) => ({ insert: [time] })),
			fc.array(times, { maxLength: 25 }).map((many) => ({ insert: many })),
			fc.nat().map((which) => ({ remove: which }))
		);
		await fc.assert(
			fc.asyncProperty(fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 6 }), async (transactions) => {
				const { db, browser } = await openFresh();
				let model: MessageRecord[] = [];
				let next = 1;
				for (const steps of transactions) {
					await db.write(async (tx) => {
						for (const one of steps) {
							if ('remove' in one) {
								const gone = model[one.remove % Math.max(1, model.length)];
								if (gone) await tx.messages.remove(gone.key);
								model = model.filter((kept) => kept !== gone);
								continue;
							}
							// The number makes each identity its own; the time decides the place.
							const records = one.insert.map((time) => {
								const number = next++;
								const author = `05${number.toString(16).padStart(64, '0')}` as MessageRecord['author'];
								return message(number, { sentAt: START + time, author });
							});
							const [only] = records;
							if (records.length === 1 && only) await tx.messages.insert(only);
							else await tx.messages.insertMany(records);
							model.push(...records);
						}
					});
				}
				const rows = await stored(db);
				expect(keys(rows)).toEqual(inOrder(model));
				expect(new Set(rows.map(({ order }) => order)).size).toBe(rows.length);
				expect(rows.map(({ order }) => order)).toEqual(rows.map(({ order }) => order).sort());
				browser.close();
			}),
			{ numRuns: 40 }
		);
	}, 60_000);

	it('grows ranks only with the logarithm when messages come in order', async () => {
		const { db } = await openFresh();
		await db.write(async (tx) => {
			await tx.messages.insertMany(Array.from({ length: 3000 }, (_, number) => message(number)));
			for (let number = 3000; number < 3100; number++) await tx.messages.insert(message(number));
		});
		const rows = await stored(db);
		expect(keys(rows)).toEqual(Array.from({ length: 3100 }, (_, number) => messageKey(number)));
		expect(Math.max(...rows.map(({ order }) => order.length))).toBeLessThanOrEqual(4);
	}, 60_000);

	it('finds old places by looking at few rows', async () => {
		const { db } = await openFresh();
		const many = Array.from({ length: 4000 }, (_, number) => message(number * 10));
		await db.write((tx) => tx.messages.insertMany(many));
		const opened = vi.spyOn(Sealer.prototype, 'open');
		for (const time of [5, 1234, 20_001, 39_005]) {
			opened.mockClear();
			await db.write((tx) => tx.messages.insert(message(time)));
			expect(opened.mock.calls.length).toBeLessThan(300);
		}
		opened.mockClear();
		await db.write((tx) => tx.messages.insert(message(50_000)));
		expect(opened.mock.calls.length).toBeLessThan(20);
		vi.restoreAllMocks();
		const expected = [...many, ...[5, 1234, 20_001, 39_005, 50_000].map((time) => message(time))];
		expect(keys(await stored(db))).toEqual(inOrder(expected));
	}, 60_000);

	it.each([
		['rising', (at: number) => at],
		['falling', (at: number) => 900 - at],
		['from both sides to the middle', (at: number) => (at % 2 ? 900 - at : at)]
	])(
		'keeps ranks short when %s times are squeezed into one gap',
		async (_, timeOf) => {
			const { db, changes } = await openFresh();
			const edges = [message(1, { sentAt: START - 5 }), message(2, { sentAt: START + 5000 })];
			await db.write((tx) => tx.messages.insertMany(edges));
			const squeezed = Array.from({ length: 700 }, (_unused, at) =>
				message(100 + at, { sentAt: START + timeOf(at) })
			);
			for (let from = 0; from < squeezed.length; from += 70) {
				await db.write(async (tx) => {
					for (const record of squeezed.slice(from, from + 70)) await tx.messages.insert(record);
				});
			}
			const rows = await stored(db);
			expect(keys(rows)).toEqual(inOrder([...edges, ...squeezed]));
			expect(Math.max(...rows.map(({ order }) => order.length))).toBeLessThanOrEqual(LONGEST_RANK);
			await settle();
			// Whoever holds the old order strings hears of it.
			const told = changes.flatMap((change) => change.messages.flatMap(({ upserted }) => upserted));
			expect(told.length).toBeGreaterThan(edges.length + squeezed.length);
		},
		60_000
	);

	it('leaves out of a bulk insertion what is there already or comes twice', async () => {
		const { db } = await openFresh();
		await db.write((tx) => tx.messages.insert(message(5)));
		const twin = message(8, { key: messageKey(80) });
		const placed = await db.write((tx) =>
			tx.messages.insertMany([message(8), message(5, { key: messageKey(50) }), twin, message(1)])
		);
		expect(keys(placed).toSorted()).toEqual([messageKey(1), messageKey(8)]);
		expect(keys(await stored(db))).toEqual([messageKey(1), messageKey(5), messageKey(8)]);
	});

	it('goes on among damaged rows', async () => {
		const { db, browser } = await openFresh();
		await db.write((tx) =>
			tx.messages.insertMany(Array.from({ length: 120 }, (_, number) => message(number * 10)))
		);
		const last = messageKey(1190);
		await tamper(browser.indexedDB, 'messages', (rows) =>
			rows.filter(({ k }, at) => at % 3 === 0 || k === last || (at > 40 && at < 70)).map(damaged)
		);
		for (const time of [1, 333, 555, 1195, 999, 2000]) {
			await db.write((tx) => tx.messages.insert(message(time)));
		}
		const rows = await stored(db);
		expect(rows.map(({ sentAt }) => sentAt)).toEqual(rows.map(({ sentAt }) => sentAt).sort((a, b) => a - b));
		expect(rows.at(-1)?.key).toBe(messageKey(2000));
	});
});

describe('ranks', () => {
	it('probe strictly between any two', () => {
		fc.assert(
			fc.property(fc.array(fc.nat({ max: 20 }), { maxLength: 60 }), (places) => {
				const ranks = [rankBetween(null, null)];
				for (const place of places) {
					const at = place % (ranks.length + 1);
					ranks.splice(at, 0, rankBetween(ranks[at - 1] ?? null, ranks[at] ?? null));
				}
				for (let at = 1; at < ranks.length; at++) {
					const probe = probeBetween(ranks[at - 1]!, ranks[at]!);
					expect(ranks[at - 1]! < probe && probe < ranks[at]!).toBe(true);
				}
			})
		);
	});

	it('probe near the middle, so that searching halves', () => {
		const ranks = ranksBetween(null, null, 100_000);
		const probe = probeBetween(ranks[4000]!, ranks[99_999]!);
		const at = ranks.findIndex((rank) => rank > probe);
		expect(at).toBeGreaterThan(30_000);
		expect(at).toBeLessThan(80_000);
	});
});
