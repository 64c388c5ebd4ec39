import { defineConfig, devices } from '@playwright/test';
import { findFirefox, findHeadlessChromium } from './scripts/browsers';

const everyEngineWhole = process.env['SOTTO_ALL_ENGINES'] === '1';
const chromium = findHeadlessChromium();
const firefox = findFirefox();

export default defineConfig({
	testDir: 'e2e',
	testMatch: '**/*.test.ts',
	// Each worker has a network of its own (e2e/support/network.ts), so tests share nothing.
	fullyParallel: true,
	workers: 2,
	timeout: 180_000,
	// What passes only the second time is named at the end of the checks, to be looked into.
	retries: 1,
	expect: { timeout: 30_000 },
	forbidOnly: true,
	reporter: [['list']],
	// A trace costs as much again as the story; `--trace on` records one when a failure needs it.
	use: {
		trace: 'off',
		screenshot: 'only-on-failure',
		actionTimeout: 30_000,
		// To keep the whole app for offline use costs more than all else that a new browser does; who needs it asks for it.
		serviceWorkers: 'block',
		// What moves is painted without a graphics card.
		contextOptions: { reducedMotion: 'reduce' }
	},
	projects: [
		{ name: 'chromium', use: { ...devices['Desktop Chrome'], ...chromium } },
		{
			name: 'firefox',
			// What only Chromium's tools can look at is marked in its name.
			grepInvert: /@chromium/,
			...(everyEngineWhole ? {} : { grep: /@core/ }),
			use: { ...devices['Desktop Firefox'], ...firefox }
		}
	]
});
