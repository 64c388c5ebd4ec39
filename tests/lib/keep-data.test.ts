import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askToKeepData } from '../../src/lib/shell/keep-data';

const persist = vi.fn(() => Promise.resolve(false));

beforeEach(() => {
	persist.mockClear();
	const kept = new Map<string, string>();
	vi.stubGlobal('navigator', { storage: { persist } });
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => kept.set(key, value)
	});
});
afterEach(() => vi.unstubAllGlobals());

it('asks once, whatever the answer', () => {
	askToKeepData();
	askToKeepData();
	expect(persist).toHaveBeenCalledTimes(1);
});

it('asks nothing where it could not remember that it did', () => {
	vi.stubGlobal('localStorage', undefined);
	askToKeepData();
	expect(persist).not.toHaveBeenCalled();
});

it('leaves browsers alone that cannot be asked, and survives those that throw the question away', () => {
	vi.stubGlobal('navigator', {});
	expect(() => askToKeepData()).not.toThrow();
	persist.mockImplementationOnce(() => Promise.reject(new Error('no')));
	vi.stubGlobal('navigator', { storage: { persist } });
	askToKeepData();
	expect(persist).toHaveBeenCalledTimes(1);
});
