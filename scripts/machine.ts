import { existsSync } from 'node:fs';
import { findChromium, findFirefox, findHeadlessChromium, findProgram } from './browsers';
import { run } from './run';

/** What the checks need of the machine besides node, and the Debian package that has it. */
const needs: readonly { readonly debian: string; readonly present: () => boolean }[] = [
	{ debian: 'chromium', present: () => findChromium() !== null },
	{ debian: 'chromium-headless-shell', present: () => findHeadlessChromium() !== null },
	{ debian: 'firefox-esr', present: () => findFirefox() !== null },
	{ debian: 'webkit2gtk-driver', present: () => findProgram('WebKitWebDriver') !== null },
	{ debian: 'xvfb', present: () => findProgram('xvfb-run') !== null },
	{ debian: 'xauth', present: () => findProgram('xauth') !== null },
	{ debian: 'dbus', present: () => findProgram('dbus-run-session') !== null },
	{ debian: 'openssl', present: () => findProgram('openssl') !== null }
];

function missingPackages(): readonly string[] {
	return needs.filter(({ present }) => !present()).map(({ debian }) => debian);
}

/**
 * Makes sure that the browsers are there: installs them as root on Debian, else says the one line that does.
 * False when they are still missing.
 */
export async function ensureBrowsers(): Promise<boolean> {
	const missing = missingPackages();
	if (missing.length === 0) return true;
	const install = `apt-get update && apt-get install -y ${missing.join(' ')}`;
	if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
		console.log(`Installing what the tests need: ${missing.join(' ')}`);
		await run(['sh', '-c', install], { show: true, env: { DEBIAN_FRONTEND: 'noninteractive' } });
		if (missingPackages().length === 0) return true;
	}
	console.error(
		`The tests need browsers that are not here. Run this as root, then try again:\n\n  ${install}\n`
	);
	return false;
}
