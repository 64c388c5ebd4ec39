import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Picture {
	readonly src: string;
	readonly sizes: string;
	readonly type: string;
	readonly form_factor?: 'wide' | 'narrow';
	readonly label?: string;
}

const manifest = JSON.parse(readFileSync('static/manifest.webmanifest', 'utf8')) as {
	readonly icons: readonly Picture[];
	readonly screenshots: readonly Picture[];
	readonly shortcuts: readonly { readonly url: string; readonly icons: readonly Picture[] }[];
};

/** Width and height as the first chunk of a PNG has them. */
function pngSize(file: Buffer): string {
	expect(file.subarray(1, 4).toString('latin1')).toBe('PNG');
	return `${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`;
}

describe('the pictures of the manifest', () => {
	const all = [
		...manifest.icons,
		...manifest.screenshots,
		...manifest.shortcuts.flatMap(({ icons }) => icons)
	].filter(({ src }) => src.endsWith('.png'));

	test.each(all)('$src has the size it is said to have', ({ src, sizes }) => {
		expect(pngSize(readFileSync(`static${src}`))).toBe(sizes);
	});

	test.each(manifest.screenshots)(
		'$src is light, described, and the one that the README could show',
		({ src, label }) => {
			const picture = readFileSync(`static${src}`);
			expect(picture.length).toBeLessThanOrEqual(150_000);
			expect(label).toMatch(/\w/u);
			expect(picture.equals(readFileSync(`docs${src}`))).toBe(true);
		}
	);

	test('show a wide screen and a narrow one', () => {
		expect(new Set(manifest.screenshots.map(({ form_factor }) => form_factor))).toEqual(
			new Set(['wide', 'narrow'])
		);
	});

	test('and shortcuts lead to pages of the app', () => {
		expect(manifest.shortcuts.length).toBeGreaterThan(0);
		for (const { url } of manifest.shortcuts)
			expect(existsSync(`src/routes${url}/+page.svelte`), url).toBe(true);
	});
});
