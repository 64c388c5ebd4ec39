import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { filesOfPage, filesOfRoutes, filesOfWorker } from './page-graph';

/** Brotli sizes of the built app against what a first visit may cost. Units: kB = 1000 bytes. */
const folder = 'build';
const budgets = { firstScreen: 100, firstMessage: 450 };

/** The pages that somebody passes from the landing page to the first message sent. */
const storyPages = [
	'+layout.svelte',
	'(pages)/+page.svelte',
	'(welcome)/+layout.svelte',
	'(welcome)/create/+page.svelte',
	'chats/+layout.svelte',
	'chats/+page.svelte',
	'chats/new/+page.svelte',
	'chats/[key]/+layout.svelte',
	'chats/[key]/+page.svelte'
];

/** As it is sent: the build leaves a compressed copy beside every file that compresses. */
function sentBytes(file: string): number {
	return statSync(path.join(folder, `${file}.br`)).size;
}

function total(files: ReadonlySet<string>): number {
	return [...files].reduce((sum, file) => sum + sentBytes(file), 0) / 1000;
}

function engineWorker(): string {
	const workers = '_app/immutable/workers';
	const script = readdirSync(path.join(folder, workers)).find((name) => /^worker-[\w-]+\.js$/.test(name));
	if (script === undefined) throw new Error(`no engine worker in ${folder}/${workers}`);
	return `${workers}/${script}`;
}

function row(what: string, kB: number, budget?: number): boolean {
	const within = budget === undefined || kB <= budget;
	const verdict = budget === undefined ? '' : `of ${budget} kB ${within ? '' : ' OVER BUDGET'}`;
	console.log(`${what.padEnd(52)} ${kB.toFixed(1).padStart(7)} kB ${verdict}`.trimEnd());
	return within;
}

const landing = filesOfPage(readFileSync(path.join(folder, 'index.html'), 'utf8')).add('index.html');
const workerFiles = [...filesOfWorker(folder, engineWorker())];
// What is shared with other devices is compressed, beside the way of a message.
const besides = new Set(workerFiles.filter((file) => /\/zstd-/.test(file)));
const worker = new Set(workerFiles.filter((file) => !besides.has(file)));
// A first visit also installs the service worker; what it keeps for later is not waited for.
const pages = filesOfRoutes(storyPages).add('service-worker.js');
const everything = new Set([...landing, ...pages, ...worker]);

console.log('Brotli sizes');
const verdicts = [
	row('before the first screen: page, scripts, styles', total(landing), budgets.firstScreen),
	row(
		'  pages on the way to the first message, besides',
		total(new Set([...pages].filter((f) => !landing.has(f))))
	),
	row('  engine worker with libsodium and node lists', total(worker)),
	row('up to the first message sent', total(everything), budgets.firstMessage),
	row('  zstd, in the background, for other devices', total(besides))
];
if (!verdicts.every(Boolean)) process.exitCode = 1;
