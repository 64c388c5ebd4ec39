import type { Page } from 'playwright';
import { startNetwork, type TestNetwork } from '../e2e/support/network';
import { run } from '../scripts/run';
import { Contacts } from '../src/protocol/config/documents/contacts';
import { UserGroups } from '../src/protocol/config/documents/user-groups';
import { UserProfile } from '../src/protocol/config/documents/user-profile';
import { CONTACTS, USER_GROUPS, USER_PROFILE } from '../src/protocol/config/kinds';
import type { ConfigKind } from '../src/protocol/config/kinds';
import type { ConfigObject } from '../src/protocol/config/object';
import { openDirectMessage } from '../src/protocol/direct-message';
import { groupIdOf, groupPair, parseGroupSeed } from '../src/protocol/groups/group-id';
import { identityFromSeed, newSeed } from '../src/protocol/identity';
import type { Identity } from '../src/protocol/identity';
import { encodeRecovery } from '../src/protocol/mnemonic';
import { accountAuth, batchCall, parseBatchReply, storeCall } from '../src/protocol/storage-rpc';
import type { Bytes, MessageHash, NetworkTime } from '../src/protocol/types';
import { random, seal, text } from '../tests/engine/stories/swarm';
import { withProfile } from './browser-rows';
import { measureRuns, median, type Row } from './measure';

const PEOPLE = 1_000;
const GROUPS = 50;
const MESSAGES = 10_000;
const RUNS = 3;
const PATIENCE_MS = 180_000;
/** What one request may name. */
const A_BATCH = 20;
/** A fortnight. */
const KEPT_MS = 1_209_600_000;

interface Account {
	readonly words: string;
	readonly own: Identity;
	readonly documents: readonly { readonly kind: ConfigKind; readonly stored: readonly Bytes[] }[];
	readonly messages: readonly Bytes[];
}

/** An account as a phone that was used for years leaves it in the swarm. */
function longUsed(): Account {
	const seed = newSeed(random);
	const own = identityFromSeed(seed);
	const now = Date.now() as NetworkTime;
	const people = Array.from({ length: PEOPLE }, () => identityFromSeed(newSeed(random)));
	const profile = UserProfile.open(own.ed25519);
	profile.setName('Ada', now);
	const contacts = Contacts.open(own.ed25519);
	for (const [index, { accountId }] of people.entries()) {
		contacts.update(accountId, {
			name: `Person ${index}`,
			approved: true,
			approvedMe: true,
			created: 1_700_000_000 + index
		});
	}
	const groups = UserGroups.open(own.ed25519);
	for (let index = 0; index < GROUPS; index++) {
		const group = groupIdOf(groupPair(parseGroupSeed(random(32))).publicKey);
		groups.update(group, { name: `Group ${index}`, auth: random(100) });
	}
	const stored = (config: ConfigObject) => config.push(now).messages;
	return {
		words: encodeRecovery(seed).join(' '),
		own,
		documents: [
			{ kind: USER_PROFILE, stored: stored(profile.config) },
			{ kind: CONTACTS, stored: stored(contacts.config) },
			{ kind: USER_GROUPS, stored: stored(groups.config) }
		],
		messages: Array.from({ length: MESSAGES }, (_, index) => {
			const sender = people[index % PEOPLE];
			if (sender === undefined) throw new RangeError('nobody wrote this');
			return seal(sender, own.accountId, text(`Message ${index} of a fortnight.`), now - MESSAGES + index);
		})
	};
}

/** In batches: nodes take only so many requests a second from one place. */
async function store(network: TestNetwork, { own, documents, messages }: Account): Promise<void> {
	const account = own.accountId;
	const auth = accountAuth(own.ed25519);
	const timestamp = Date.now() as NetworkTime;
	const about = { account, timestamp, ttlMs: KEPT_MS };
	const calls = [
		...documents.flatMap(({ kind, stored }) =>
			stored.map((data) => storeCall({ ...about, namespace: kind.namespace, data, auth }))
		),
		...messages.map((data) => storeCall({ ...about, namespace: 0, data }))
	];
	let urls = network.localnet.nodes.map((node) => node.url);
	for (let start = 0; start < calls.length; start += A_BATCH) {
		const batch = JSON.stringify(batchCall(calls.slice(start, start + A_BATCH)));
		const url = await firstThatTakes(urls, batch);
		if (url === undefined) throw new Error('no node took it');
		urls = [url];
	}
}

async function firstThatTakes(urls: readonly string[], body: string): Promise<string | undefined> {
	for (const url of urls) {
		const reply = await fetch(`${url}/storage_rpc/v1`, { method: 'POST', body });
		if (reply.status !== 200) continue;
		const parts = parseBatchReply(await reply.json());
		if (parts.every(({ status }) => status === 200)) return url;
	}
	return undefined;
}

interface Restored {
	/** From the last click to the list with its rows. */
	readonly usableMs: number;
	/** To the last message. */
	readonly completeMs: number;
}

async function restoreOnce(url: string, words: string): Promise<Restored> {
	const usableMs = await withProfile(url, async (context) => {
		const page = await context.newPage();
		const started = await begin(page, words);
		await page.getByRole('button', { name: /Open Sotto|Continue in background/u }).click();
		await page.locator('a[data-row]').first().waitFor({ timeout: PATIENCE_MS });
		return performance.now() - started;
	});
	const completeMs = await withProfile(url, async (context) => {
		const page = await context.newPage();
		const started = await begin(page, words);
		await page.getByRole('button', { name: 'Open Sotto' }).waitFor({ timeout: PATIENCE_MS });
		return performance.now() - started;
	});
	return { usableMs, completeMs };
}

async function begin(page: Page, words: string): Promise<number> {
	await page.goto('/restore');
	for (const [index, word] of words.split(' ').entries()) {
		await page.getByLabel(`Word ${index + 1}`, { exact: true }).fill(word);
	}
	const go = page.getByRole('button', { name: 'Restore account' });
	await go.waitFor();
	const started = performance.now();
	await go.click();
	return started;
}

/** A long-used account comes to a new browser, in Chromium on the built app with its own local network. */
export async function restoreRows(): Promise<Row[]> {
	const built = await run(['npm', 'run', '--silent', 'build'], { show: false });
	if (!built.ok) throw new Error(`the app does not build:\n${built.output}`);
	const network = await startNetwork();
	try {
		const account = longUsed();
		await store(network, account);
		const runs: Restored[] = [];
		for (let done = 0; done < RUNS; done++) runs.push(await restoreOnce(network.url, account.words));
		const merging = await measureRuns(RUNS, () => Promise.resolve(timed(() => mergeAll(account))));
		const opening = await measureRuns(1, () =>
			Promise.resolve(timed(() => account.messages.map((data) => openDirectMessage(data, account.own))))
		);
		const taken = (pick: (one: Restored) => number) => ({ n: RUNS, medianMs: median(runs.map(pick)) });
		const what = `${PEOPLE} contacts, ${GROUPS} groups, ${MESSAGES} messages`;
		return [
			{
				name: `restore of ${what}: list usable`,
				measured: taken(({ usableMs }) => usableMs),
				against: { name: 'merging its documents, nothing else', measured: merging }
			},
			{
				name: `restore of ${what}: complete`,
				measured: taken(({ completeMs }) => completeMs),
				against: { name: 'opening its messages, nothing else', measured: opening }
			}
		];
	} finally {
		await network.close();
	}
}

function timed(work: () => unknown): number {
	const start = performance.now();
	work();
	return performance.now() - start;
}

function mergeAll({ own, documents }: Account): void {
	const now = Date.now() as NetworkTime;
	const open = [UserProfile.open(own.ed25519), Contacts.open(own.ed25519), UserGroups.open(own.ed25519)];
	for (const [index, { config }] of open.entries()) {
		const stored = documents[index]?.stored ?? [];
		config.merge(
			stored.map((data, part) => ({ hash: `${part}`.padEnd(43, 'A') as MessageHash, data })),
			now
		);
	}
}
