import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ConversationKey } from '../../src/engine/api';
import { RequestsBanner } from '../../src/lib/chats/requests-banner';

const [first, second] = ['r1', 'r2'].map((key) => ({ key: key as ConversationKey }));

beforeEach(() => {
	const kept = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => kept.set(key, value)
	});
});
afterEach(() => vi.unstubAllGlobals());

it('is there while requests are, until it is put away', () => {
	const banner = new RequestsBanner();
	expect(banner.isDue([])).toBe(false);
	expect(banner.isDue([first!])).toBe(true);
	banner.putAway([first!]);
	for (const one of [banner, new RequestsBanner()]) expect(one.isDue([first!])).toBe(false);
});

it('comes back with the next new request, and goes for both', () => {
	const banner = new RequestsBanner();
	banner.putAway([first!]);
	expect(banner.isDue([second!, first!])).toBe(true);
	banner.putAway([second!, first!]);
	expect(new RequestsBanner().isDue([second!, first!])).toBe(false);
});

it('works without storage', () => {
	vi.stubGlobal('localStorage', undefined);
	const banner = new RequestsBanner();
	banner.putAway([first!]);
	expect(banner.isDue([first!])).toBe(false);
});
