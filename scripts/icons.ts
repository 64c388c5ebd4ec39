import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright';
import { findChromium } from './browsers';

/** Draws the PNG icons from the SVG ones. Run it when the mark changes; the pictures are checked in. */
const folder = path.resolve(import.meta.dirname, '../static/icons');

interface Picture {
	readonly from: string;
	readonly to: string;
	readonly size: number;
	/** Share of the picture left free around the drawing. */
	readonly margin?: number;
	/** Behind the drawing; without it the picture is transparent there. */
	readonly background?: string;
	readonly ink?: string;
}

const pictures: readonly Picture[] = [
	{ from: 'mark.svg', to: 'favicon-32.png', size: 32 },
	{ from: 'icon.svg', to: 'icon-192.png', size: 192 },
	{ from: 'icon.svg', to: 'icon-512.png', size: 512 },
	{ from: 'icon-maskable.svg', to: 'icon-maskable-512.png', size: 512 },
	// iOS rounds the corners itself and fills transparent ones with black.
	{ from: 'icon-maskable.svg', to: 'apple-touch-icon.png', size: 180 },
	{ from: 'mark-mono.svg', to: 'icon-mono-512.png', size: 512, margin: 0.16, ink: '#ffffff' },
	{ from: 'mark-mono.svg', to: 'badge-96.png', size: 96, ink: '#ffffff' }
];

const installed = findChromium();
if (installed === null) throw new Error('drawing the icons needs Chromium');
const browser = await chromium.launch(installed.launchOptions);
try {
	const page = await browser.newPage({ deviceScaleFactor: 1 });
	for (const picture of pictures) {
		const { from, to, size, margin = 0, background = 'transparent', ink = '#000000' } = picture;
		const drawing = readFileSync(path.join(folder, from), 'utf8');
		await page.setViewportSize({ width: size, height: size });
		await page.setContent(
			`<style>*{margin:0}body{background:${background};color:${ink}}` +
				`svg{display:block;width:${size}px;height:${size}px;padding:${size * margin}px;box-sizing:border-box}</style>` +
				drawing
		);
		const png = await page.screenshot({ omitBackground: background === 'transparent' });
		writeFileSync(path.join(folder, to), png);
		console.log(`${to} ${png.length} bytes`);
	}
} finally {
	await browser.close();
}
