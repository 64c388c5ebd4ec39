import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import { startNetwork, type TestNetwork } from '../e2e/support/network';
import { Person } from '../e2e/support/people';
import { findChromium } from '../scripts/browsers';
import { run } from '../scripts/run';
import { openDirectMessage } from '../src/protocol/direct-message';
import { identityFromSeed, newSeed, parseAccountId } from '../src/protocol/identity';
import type { Identity } from '../src/protocol/identity';
import { decodeRecovery } from '../src/protocol/mnemonic';
import { put, random, seal, text } from '../tests/engine/stories/swarm';
import { measureRuns, median, type Measured, type Row } from './measure';

const COLD_RUNS = 5;
const WARM_RUNS = 9;
const OPEN_RUNS = 15;
const CATCH_UP_RUNS = 3;
const BACKLOG = 1_000;
const PATIENCE_MS = 60_000;

const chatRow = 'a[data-row]';
const message = '[role="log"] [data-entry]';

/** A browser with a profile of its own on disk, as a person has it. */
export async function withProfile<Value>(
	url: string,
	use: (context: BrowserContext) => Promise<Value>
): Promise<Value> {
	const folder = await mkdtemp(path.join(tmpdir(), 'sotto-bench-'));
	const context = await chromium.launchPersistentContext(folder, {
		baseURL: url,
		...findChromium()?.launchOptions
	});
	try {
		return await use(context);
	} finally {
		await context.close();
		await rm(folder, { recursive: true, force: true });
	}
}

/** Ms from the navigation's start until such an element, with this text in it, was drawn. */
async function untilShown(page: Page, address: string, selector: string, words = ''): Promise<number> {
	await page.goto(address, { waitUntil: 'commit' });
	return page.evaluate(
		async ([wanted, within, patienceMs]) => {
			while (document.querySelector(wanted)?.textContent.includes(within) !== true) {
				await new Promise(requestAnimationFrame);
				if (performance.now() > patienceMs) throw new Error(`${wanted} never showed ${within}`);
			}
			await new Promise(requestAnimationFrame);
			return performance.now();
		},
		[selector, words, PATIENCE_MS] as const
	);
}

async function newPage<Value>(context: BrowserContext, use: (page: Page) => Promise<Value>): Promise<Value> {
	const page = await context.newPage();
	const value = await use(page);
	await page.close();
	return value;
}

/** The least that a browser can do: one heading, from the same machine. */
async function withBarePage<Value>(use: (url: string) => Promise<Value>): Promise<Value> {
	const server = createServer((_, reply) =>
		reply.setHeader('content-type', 'text/html').end('<!doctype html><title>Bare</title><h1>Bare</h1>')
	);
	await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error('the bare page has no port');
	try {
		return await use(`http://127.0.0.1:${address.port}/`);
	} finally {
		server.close();
	}
}

async function startRows(network: TestNetwork, context: BrowserContext): Promise<Row[]> {
	return withBarePage(async (bare) => {
		const coldBare = await measureRuns(COLD_RUNS, () =>
			withProfile(bare, (fresh) => newPage(fresh, (page) => untilShown(page, bare, 'h1')))
		);
		const cold = await measureRuns(COLD_RUNS, () =>
			withProfile(network.url, (fresh) =>
				newPage(fresh, (page) => untilShown(page, '/', 'a[href="/create"]'))
			)
		);
		const warmBare = await measureRuns(WARM_RUNS, () =>
			newPage(context, (page) => untilShown(page, bare, 'h1'))
		);
		const warm = await measureRuns(WARM_RUNS, () =>
			newPage(context, (page) => untilShown(page, '/chats', chatRow))
		);
		const against = (measured: Measured) => ({ name: 'a page of one heading', measured });
		return [
			{ name: 'cold start: landing page, new profile', measured: cold, against: against(coldBare) },
			{ name: `warm start: chat list, ${BACKLOG} messages`, measured: warm, against: against(warmBare) }
		];
	});
}

/** From the click until messages are drawn, each time in a page that has not shown them yet. */
async function openConversationOnce(context: BrowserContext): Promise<number> {
	return newPage(context, async (page) => {
		await untilShown(page, '/chats', chatRow);
		// The shell is idle when a person chooses, not in the middle of its start.
		await page.waitForTimeout(500);
		return page.evaluate(
			async ([row, shown]) => {
				const link = document.querySelector<HTMLElement>(row);
				if (link === null) throw new Error('no conversation to open');
				const start = performance.now();
				link.click();
				while (document.querySelector(shown)?.checkVisibility({ opacityProperty: true }) !== true) {
					await new Promise(requestAnimationFrame);
				}
				await new Promise(requestAnimationFrame);
				return performance.now() - start;
			},
			[chatRow, message] as const
		);
	});
}

/** Newest 50 of as many rows, read and decrypted with what the browser has built in. */
async function bareReadOnce(context: BrowserContext, url: string): Promise<number> {
	return newPage(context, async (page) => {
		await page.goto(`${url}/terms`);
		return page.evaluate(async (rows) => {
			const name = 'bare-rows';
			const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
				'encrypt',
				'decrypt'
			]);
			const sealed = await Promise.all(
				Array.from({ length: rows }, async (_, id) => {
					const iv = crypto.getRandomValues(new Uint8Array(12));
					const box = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new Uint8Array(500));
					return { id, iv, box };
				})
			);
			const opening = indexedDB.open(name);
			opening.onupgradeneeded = () => {
				const store = opening.result.createObjectStore(name, { keyPath: 'id' });
				for (const row of sealed) store.put(row);
			};
			const db = await new Promise<IDBDatabase>((resolve, reject) => {
				opening.onsuccess = () => resolve(opening.result);
				opening.onerror = () => reject(new Error('the bare database does not open'));
			});
			const start = performance.now();
			const range = IDBKeyRange.lowerBound(rows - 50);
			const reading = db.transaction(name).objectStore(name).getAll(range);
			const newest = await new Promise<typeof sealed>((resolve, reject) => {
				reading.onsuccess = () => resolve(reading.result as typeof sealed);
				reading.onerror = () => reject(new Error('the bare rows are not read'));
			});
			await Promise.all(
				newest.map(({ iv, box }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, box))
			);
			await new Promise(requestAnimationFrame);
			const taken = performance.now() - start;
			db.close();
			indexedDB.deleteDatabase(name);
			return taken;
		}, BACKLOG);
	});
}

async function openRow(network: TestNetwork, context: BrowserContext): Promise<Row> {
	const measured = await measureRuns(OPEN_RUNS, () => openConversationOnce(context));
	const bare = await measureRuns(OPEN_RUNS, () => bareReadOnce(context, network.url));
	return {
		name: `open a conversation of ${BACKLOG} messages`,
		measured,
		against: { name: 'read and decrypt 50 rows, draw a frame', measured: bare }
	};
}

interface CaughtUp {
	readonly ms: number;
	/** Opening the same messages with nothing around it. */
	readonly bareMs: number;
}

/** A contact wrote `BACKLOG` messages while the browser was closed; it is opened, and all are in the list's count. */
async function catchUp(network: TestNetwork, context: BrowserContext): Promise<CaughtUp> {
	const sender = identityFromSeed(newSeed(random));
	const page = await context.newPage();
	const reader = Person.at(context, page, 'Reader');
	await reader.createAccount();
	const account = parseAccountId(await reader.accountId());
	const own = identityFromSeed(decodeRecovery((await reader.recoveryWords()).join(' ')));
	await put(network, account, seal(sender, account, text('Hello', 'Writer')));
	await reader.openRequest('Writer');
	await page.getByRole('button', { name: 'Accept' }).click();
	await page.goto('/chats');
	await reader.row('Writer').waitFor();
	await page.close();
	const waiting = backlog(sender, account);
	for (const data of waiting) await put(network, account, data);
	const ms = await newPage(context, (again) => untilShown(again, '/chats', chatRow, '999+'));
	const start = performance.now();
	for (const data of waiting) openDirectMessage(data, own);
	return { ms, bareMs: performance.now() - start };
}

function backlog(sender: Identity, account: ReturnType<typeof parseAccountId>) {
	const from = Date.now();
	return Array.from({ length: BACKLOG }, (_, index) =>
		seal(sender, account, text(`Message ${index + 1} of a long day without a network.`), from + index)
	);
}

/** Starts, an opened conversation and a backlog, in Chromium on the built app with its own local network. */
export async function browserRows(): Promise<Row[]> {
	const built = await run(['npm', 'run', '--silent', 'build'], { show: false });
	if (!built.ok) throw new Error(`the app does not build:\n${built.output}`);
	const network = await startNetwork();
	try {
		const caught: CaughtUp[] = [];
		for (let done = 1; done < CATCH_UP_RUNS; done++) {
			caught.push(await withProfile(network.url, (context) => catchUp(network, context)));
		}
		return await withProfile(network.url, async (context) => {
			caught.push(await catchUp(network, context));
			const taken = (pick: (one: CaughtUp) => number): Measured => ({
				n: caught.length,
				medianMs: median(caught.map(pick))
			});
			return [
				...(await startRows(network, context)),
				await openRow(network, context),
				{
					name: `catch-up of ${BACKLOG} messages, from the page's start`,
					measured: taken(({ ms }) => ms),
					against: { name: 'opening them, nothing else', measured: taken(({ bareMs }) => bareMs) }
				}
			];
		});
	} finally {
		await network.close();
	}
}
