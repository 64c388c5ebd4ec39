import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, firefox, type LaunchOptions } from 'playwright';

/** How Playwright starts a browser of this machine. */
export interface InstalledBrowser {
	readonly channel?: string;
	readonly launchOptions: Pick<LaunchOptions, 'executablePath'>;
}

/** The first of the programs that is on the PATH. */
export function findProgram(...names: readonly string[]): string | null {
	const folders = (process.env['PATH'] ?? '').split(path.delimiter);
	const files = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
	return files.find((file) => existsSync(file)) ?? null;
}

/** Playwright's own Chromium if it was installed, else the distribution's. */
export function findChromium(): InstalledBrowser | null {
	if (existsSync(chromium.executablePath())) return { launchOptions: {} };
	const executablePath = findProgram('chromium', 'chromium-browser', 'google-chrome');
	return executablePath === null ? null : { launchOptions: { executablePath } };
}

/** Chromium without the windows around a page: half the work, and all that a story needs. */
export function findHeadlessChromium(): InstalledBrowser | null {
	if (existsSync(chromium.executablePath())) return { launchOptions: {} };
	const executablePath = findProgram('chromium-headless-shell');
	return executablePath === null ? null : { launchOptions: { executablePath } };
}

/** Playwright's own Firefox if it was installed, else the distribution's, which understands WebDriver BiDi only. */
export function findFirefox(): InstalledBrowser | null {
	if (existsSync(firefox.executablePath())) return { launchOptions: {} };
	const executablePath = findProgram('firefox-esr', 'firefox');
	return executablePath === null ? null : { channel: 'moz-firefox', launchOptions: { executablePath } };
}
