import type { Page } from 'playwright';

export const sizes = [
	{ width: 360, height: 740 },
	{ width: 820, height: 1180 },
	{ width: 1440, height: 900 }
] as const;
const themes = ['light', 'dark'] as const;

/** Takes the page at every size, light and dark, as `<name>-<width>-<theme>.png`. */
export type Shoot = (page: Page, name: string) => Promise<void>;

/** `wanted`: which of the files are taken. */
export function camera(folder: string, wanted: RegExp): Shoot {
	return async (page, name) => {
		for (const size of sizes) {
			await page.setViewportSize(size);
			for (const theme of themes) {
				const file = `${name}-${size.width}-${theme}`;
				if (!wanted.test(file)) continue;
				await page.emulateMedia({ colorScheme: theme });
				await page.waitForTimeout(400);
				await page.screenshot({ path: `${folder}/${file}.png` });
			}
		}
	};
}
