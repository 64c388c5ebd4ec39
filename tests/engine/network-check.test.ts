import { expect, test } from 'vitest';
import { checkNetwork } from '../../src/engine/network-check';
import type { PinnedNetwork } from '../../src/engine/network-offer';
import type { NetworkStanding } from '../../src/engine/network/types';

const pin = { name: 'friends', fingerprint: 'f1' };
const right = { pin } as PinnedNetwork;
const other = { pin: { name: 'friends', fingerprint: 'f2' } } as PinnedNetwork;

/** A network and a gateway whose words a test decides. */
function stage(pending: Promise<PinnedNetwork | null> | null = null) {
	const listeners = new Set<() => void>();
	const refused: string[] = [];
	const it = {
		state: 'ready' as NetworkStanding['state'],
		ms: 0,
		answer: right as PinnedNetwork | null,
		asked: 0,
		refused,
		async becomes(state: NetworkStanding['state'], ms = 0): Promise<void> {
			it.ms += ms;
			it.state = state;
			for (const listener of [...listeners]) listener();
			await new Promise((resolve) => setImmediate(resolve));
		},
		end: () => undefined as void
	};
	it.end = checkNetwork({
		network: {
			view: () => ({ state: it.state }) as NetworkStanding,
			onChange: (listener) => {
				const own = () => listener({ state: it.state } as NetworkStanding);
				listeners.add(own);
				return () => listeners.delete(own);
			}
		},
		monotonic: () => it.ms,
		pin,
		pending,
		ask: () => {
			it.asked += 1;
			return Promise.resolve(it.answer);
		},
		onOther: ({ fingerprint }) => refused.push(fingerprint ?? '')
	});
	return it;
}

test('a gateway that answered at the start is not asked again while paths work', async () => {
	const it = stage();
	await it.becomes('connecting');
	await it.becomes('ready', 60_000);
	await it.becomes('ready', 60_000);
	expect(it.asked).toBe(0);
});

test('a gateway that was out of reach is asked as soon as it is back', async () => {
	const it = stage();
	for (const away of ['gateway-unreachable', 'offline'] as const) {
		await it.becomes(away);
		expect(it.refused).toEqual([]);
		await it.becomes('connecting');
	}
	expect(it.asked).toBe(2);
	it.answer = other;
	await it.becomes('gateway-unreachable');
	await it.becomes('ready');
	expect(it.refused).toEqual(['f2']);
	await it.becomes('gateway-unreachable');
	await it.becomes('ready', 60_000);
	expect([it.asked, it.refused.length]).toEqual([3, 1]);
});

test('without a working path the gateway is asked now and then', async () => {
	const it = stage();
	for (let second = 0; second < 35; second++) await it.becomes('connecting', 1_000);
	expect(it.asked).toBe(3);
	it.answer = other;
	await it.becomes('no-nodes', 10_000);
	expect(it.refused).toEqual(['f2']);
});

test('the question of the start is waited for, and asked again when nobody answered it', async () => {
	const late = stage(Promise.resolve(other));
	await late.becomes('offline');
	expect([late.asked, late.refused]).toEqual([0, ['f2']]);

	const unanswered = stage(Promise.resolve(null));
	unanswered.answer = null;
	await unanswered.becomes('ready');
	await unanswered.becomes('ready', 10_000);
	expect(unanswered.asked).toBe(1);
	unanswered.answer = other;
	await unanswered.becomes('ready', 10_000);
	expect(unanswered.refused).toEqual(['f2']);
});

test('nothing is said of an account that was closed meanwhile', async () => {
	const it = stage(Promise.resolve(other));
	it.end();
	await it.becomes('ready');
	expect(it.refused).toEqual([]);
});
