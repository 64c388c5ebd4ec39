import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { holdPicture, readPicturesFrom } from '../../src/lib/ui/picture-urls';

let made = 0;
const revoked: string[] = [];

beforeEach(() => {
	vi.useFakeTimers();
	made = 0;
	revoked.length = 0;
	vi.stubGlobal('URL', {
		createObjectURL: () => `blob:${++made}`,
		revokeObjectURL: (url: string) => revoked.push(url)
	});
});

afterEach(() => {
	vi.useRealTimers();
	vi.unstubAllGlobals();
});

const settle = () => vi.advanceTimersByTimeAsync(0);

test('a picture is read once for all who show it, and given back when the last has gone', async () => {
	const read = vi.fn(() => Promise.resolve(new Blob(['x'])));
	readPicturesFrom(read);
	const urls: string[] = [];
	const one = holdPicture('a', (url) => urls.push(url));
	const two = holdPicture('a', (url) => urls.push(url));
	await settle();
	expect(urls).toEqual(['blob:1', 'blob:1']);
	one.release();
	one.release();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(revoked).toEqual([]);
	two.release();
	const again = holdPicture('a', (url) => urls.push(url));
	await vi.advanceTimersByTimeAsync(60_000);
	expect(revoked).toEqual([]);
	again.release();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(revoked).toEqual(['blob:1']);
	expect(read).toHaveBeenCalledTimes(1);
});

test('who has gone before it came hears nothing', async () => {
	readPicturesFrom(() => Promise.resolve(new Blob(['x'])));
	const heard = vi.fn();
	holdPicture('b', heard).release();
	await vi.advanceTimersByTimeAsync(60_000);
	expect(heard).not.toHaveBeenCalled();
	expect(revoked).toEqual(['blob:1']);
});

test('what could not be had is asked for again', async () => {
	readPicturesFrom(() => Promise.reject(new Error('closed')));
	const heard = vi.fn();
	holdPicture('c', heard);
	await settle();
	readPicturesFrom(() => Promise.resolve(new Blob(['x'])));
	holdPicture('c', heard);
	await settle();
	expect(heard).toHaveBeenCalledExactlyOnceWith('blob:1');
});
