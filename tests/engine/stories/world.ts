/** A whole network on this machine, a gateway before it, and people in browsers: everything over real HTTP. */
import { startGateway, type Gateway } from '../../../src/gateway/gateway';
import { startLocalnet, type Localnet, type LocalnetOptions } from '../../../src/localnet/localnet';
import { openVault } from '../../../src/engine/account/vault';
import type {
	AccountView,
	BootState,
	ConversationKey,
	ConversationRow,
	Engine,
	Feeds,
	MessageView
} from '../../../src/engine/api';
import { createEngine } from '../../../src/engine/engine';
import type { EngineParts } from '../../../src/engine/lifecycle';
import { createNetwork } from '../../../src/engine/network/network';
import type { Network } from '../../../src/engine/network/types';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import { testBrowser, type TestBrowser, type TestTab } from '../node-platform';

export interface World {
	readonly localnet: Localnet;
	readonly gateway: Gateway;
	/** A browser with nothing in it. */
	browser(): TestBrowser;
	close(): Promise<void>;
}

const OPEN_LIMITS = { rateBurst: 1_000_000, ratePerSecond: 1_000_000, requestsPerClient: 512 };

export async function openWorld(options: LocalnetOptions = {}): Promise<World> {
	const localnet = await startLocalnet({ basePort: 0, timeScale: 0.1, ...options });
	const gateway = await startGateway({ profile: localnet.profile(), port: 0, limits: OPEN_LIMITS });
	const browsers: TestBrowser[] = [];
	return {
		localnet,
		gateway,
		browser() {
			const made = testBrowser({ origin: gateway.url });
			browsers.push(made);
			return made;
		},
		async close() {
			for (const browser of browsers) browser.close();
			await gateway.close();
			await localnet.close();
		}
	};
}

/** What a test may put between the engine and its database and network. */
export interface Wraps {
	readonly database?: (db: AccountDatabase) => AccountDatabase;
	readonly network?: (network: Network) => Network;
}

function partsWith({ database, network }: Wraps): EngineParts {
	return {
		async openVault(platform) {
			const vault = await openVault(platform);
			if (database === undefined) return vault;
			const wrapped = Object.create(vault) as typeof vault;
			return Object.assign(wrapped, {
				lostAccount: vault.lostAccount,
				ids: () => vault.ids(),
				accounts: () => vault.accounts(),
				chosen: () => vault.chosen(),
				choose: (id: string) => vault.choose(id),
				createAccount: async (account: Parameters<typeof vault.createAccount>[0]) => {
					const made = await vault.createAccount(account);
					return { ...made, db: database(made.db) };
				},
				openAccount: async (id: string) => {
					const opened = await vault.openAccount(id);
					return { ...opened, db: database(opened.db) };
				},
				deleteAccount: (id: string) => vault.deleteAccount(id),
				onChange: (listener: Parameters<typeof vault.onChange>[0]) => vault.onChange(listener),
				close: () => vault.close()
			});
		},
		createNetwork(options) {
			const made = createNetwork(options);
			return network === undefined ? made : network(made);
		}
	};
}

/** One tab with its engine. */
export interface Tab {
	readonly tab: TestTab;
	readonly engine: Engine;
	readonly booted: BootState;
	kill(): void;
}

export async function openTab(
	browser: TestBrowser,
	options: {
		online?: boolean;
		hadAccount?: boolean;
		visible?: boolean;
		wraps?: Wraps;
		fetch?: typeof fetch;
	} = {}
): Promise<Tab> {
	const { online = true, hadAccount = false, visible = true, wraps = {} } = options;
	const tab = browser.openTab(options.fetch === undefined ? {} : { fetch: options.fetch });
	const engine = createEngine(tab.platform, partsWith(wraps));
	const booted = await engine.boot({ hadAccount, visible, online });
	return { tab, engine, booted, kill: () => tab.kill() };
}

export interface Person {
	readonly browser: TestBrowser;
	readonly engine: Engine;
	readonly tab: Tab;
	readonly account: AccountView;
}

export async function newPerson(world: World, name: string, wraps: Wraps = {}): Promise<Person> {
	const browser = world.browser();
	const tab = await openTab(browser, { wraps });
	const account = await tab.engine.createAccount(name);
	return { browser, tab, engine: tab.engine, account };
}

export async function reveal({ engine }: Pick<Person, 'engine'>): Promise<string> {
	return (await engine.revealRecovery()).words.join(' ');
}

/** The present value of a feed that is one value. */
export async function now<Name extends Exclude<keyof Feeds, 'messages' | 'notices'>>(
	engine: Engine,
	feed: Name,
	args: Feeds[Name]['args']
): Promise<Feeds[Name]['value']> {
	let found: { value: Feeds[Name]['value'] } | null = null;
	const stop = await engine.watch(feed, args, (value) => {
		found ??= { value };
	});
	stop();
	const held = found as { value: Feeds[Name]['value'] } | null;
	if (held === null) throw new Error(`feed ${feed} said nothing`);
	return held.value;
}

/** Waits until a feed's value passes `test`; fails after `ms` with what it was last. */
export function until<Name extends keyof Feeds>(
	engine: Engine,
	feed: Name,
	args: Feeds[Name]['args'],
	test: (value: Feeds[Name]['value']) => boolean,
	ms = 60_000
): Promise<Feeds[Name]['value']> {
	return new Promise((resolve, reject) => {
		let last: Feeds[Name]['value'] | undefined;
		let stop: (() => void) | null = null;
		let done = false;
		const finish = (end: () => void) => {
			if (done) return;
			done = true;
			clearTimeout(timer);
			stop?.();
			end();
		};
		const timer = setTimeout(
			() => finish(() => reject(new Error(`${feed} stayed ${JSON.stringify(last)}`))),
			ms
		);
		engine
			.watch(feed, args, (value) => {
				last = value;
				if (test(value)) finish(() => resolve(value));
			})
			.then((unwatch) => {
				stop = unwatch;
				if (done) unwatch();
			}, reject);
	});
}

export async function conversationRow(
	engine: Engine,
	test: (row: ConversationRow) => boolean,
	list: 'conversations' | 'requests' = 'conversations',
	ms?: number
): Promise<ConversationRow> {
	const rows = await until(engine, list, null, (value) => value.some(test), ms);
	return rows.find(test)!;
}

export async function messages(
	engine: Engine,
	conversation: ConversationKey
): Promise<readonly MessageView[]> {
	const page = await engine.readMessages({ conversation, limit: 500, at: { kind: 'latest' } });
	return page.messages;
}

/** The texts in order, with who wrote them: `me: hello`. */
export async function talk(engine: Engine, conversation: ConversationKey): Promise<string[]> {
	return (await messages(engine, conversation)).map(({ content, mine }) => {
		const who = mine ? 'me' : 'they';
		return content.kind === 'text' ? `${who}: ${content.body}` : `${who} [${content.kind}]`;
	});
}

/** Polls a question until the answer passes; fails after `ms` with the last answer. */
export async function eventually<Value>(
	ask: () => Promise<Value> | Value,
	test: (value: Value) => boolean,
	ms = 60_000
): Promise<Value> {
	const end = Date.now() + ms;
	for (;;) {
		const value = await ask();
		if (test(value)) return value;
		if (Date.now() > end) throw new Error(`stayed ${JSON.stringify(value)}`);
		await pause(25);
	}
}

export function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}
