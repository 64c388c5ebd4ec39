import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountKey, ConversationKey, Engine, Feeds, Notice } from '../../../src/engine/api';
import { UnreadBadge } from '../../../src/lib/notices/badge.svelte';
import type { NoticeTarget } from '../../../src/lib/notices/notice-address';
import { Notifier } from '../../../src/lib/notices/notifier';

interface Shown {
	readonly title: string;
	readonly body: string;
	readonly tag: string;
	readonly silent: boolean;
	readonly data: { readonly account: AccountKey; readonly address: string };
	close(): void;
}

/** The service worker's registration, as far as it shows notifications. */
class FakeRegistration {
	readonly active = {};
	shown: Shown[] = [];

	showNotification(title: string, options: Omit<Shown, 'title' | 'close'>): Promise<void> {
		const shown: Shown = {
			...options,
			title,
			close: () => (this.shown = this.shown.filter((it) => it !== shown))
		};
		this.shown = [...this.shown.filter(({ tag }) => tag !== shown.tag), shown];
		return Promise.resolve();
	}

	getNotifications = () => Promise.resolve(this.shown);
}

const ADA = 'ada' as ConversationKey;
const STRANGER = 'stranger' as ConversationKey;
const HOME = 'home' as AccountKey;
const WORK = 'work' as AccountKey;

let registration: FakeRegistration;
let heard: ((event: { data: unknown }) => void) | undefined;
let listeners: Partial<Record<keyof Feeds, (value: never) => void>>;
let opened: NoticeTarget[];

const watch = ((feed: keyof Feeds, _args: unknown, listener: (value: never) => void) => {
	listeners[feed] = listener;
	return Promise.resolve(() => undefined);
}) as Engine['watch'];

function tell<Name extends keyof Feeds>(feed: Name, value: unknown): void {
	(listeners[feed] as (value: unknown) => void)(value);
}

const notice = (over: Partial<Notice> = {}): Notice => ({
	account: HOME,
	kind: 'message',
	conversation: ADA,
	title: 'Ada',
	body: 'hello',
	count: 1,
	sound: true,
	...over
});
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
	registration = new FakeRegistration();
	listeners = {};
	opened = [];
	const serviceWorker = {
		getRegistration: () => Promise.resolve(registration),
		addEventListener: (_type: string, listener: typeof heard) => (heard = listener)
	};
	vi.stubGlobal('navigator', { serviceWorker, languages: ['en'] });
	vi.stubGlobal('Notification', Object.assign(class {}, { permission: 'granted' }));
	vi.stubGlobal('location', { origin: 'https://sotto.example' });
});
afterEach(() => vi.unstubAllGlobals());

function start(): void {
	new Notifier().start({ watch }, (target) => opened.push(target));
	tell('accounts', [{ key: HOME, displayName: 'Me' }]);
	wait();
}

/** What is unread at home. */
function wait(conversations: readonly ConversationKey[] = [], requests = false): void {
	tell('waiting', [{ account: HOME, conversations, requests }]);
}

const words = () => registration.shown.map(({ title, body }) => `${title}: ${body}`);

describe('what the system shows', () => {
	it('replaces the earlier notification of a conversation, and says how many there are', async () => {
		start();
		tell('notices', [notice()]);
		await settle();
		tell('notices', [notice({ body: 'again', count: 2 })]);
		await settle();
		expect(words()).toEqual(['Ada (2): again']);
		expect(registration.shown[0]).toMatchObject({
			silent: false,
			data: { account: HOME, address: '/chats/ada#account=home' }
		});
	});

	it('says no more than it was given', async () => {
		start();
		tell('notices', [notice({ body: null, count: 3, sound: false })]);
		await settle();
		expect(words()).toEqual(['Ada: 3 new messages']);
		tell('notices', [notice({ title: null, body: null, sound: false })]);
		await settle();
		expect(words()).toEqual(['Sotto: New message']);
		expect(registration.shown[0]?.silent).toBe(true);
		tell('notices', [notice({ kind: 'request', conversation: STRANGER, title: null, body: null })]);
		await settle();
		expect(words()[1]).toBe('Sotto: You have a new message request.');
		expect(registration.shown[1]?.data.address).toBe('/chats/requests#account=home');
	});

	it('is nothing without the permission', async () => {
		start();
		vi.stubGlobal('Notification', Object.assign(class {}, { permission: 'default' }));
		tell('notices', [notice()]);
		await settle();
		expect(words()).toEqual([]);
	});

	it('says for which account it is where there are several', async () => {
		start();
		tell('accounts', [
			{ key: HOME, displayName: 'Me' },
			{ key: WORK, displayName: 'Me at work' }
		]);
		tell('notices', [notice({ account: WORK, count: 2 })]);
		await settle();
		tell('notices', [notice({ conversation: STRANGER, title: null, body: null })]);
		await settle();
		expect(words()).toEqual(['Ada (2) · Me at work: hello', 'Sotto · Me: New message']);
	});

	it('goes when it was read, and with its account', async () => {
		start();
		wait([ADA], true);
		const request = { kind: 'request', conversation: STRANGER, title: null, body: null } as const;
		const other = { conversation: 'other' as ConversationKey, title: 'Other account' };
		tell('notices', [notice(), notice(request), notice({ ...other, account: WORK })]);
		await settle();
		// Of the other account nothing is known yet.
		tell('accounts', [
			{ key: HOME, displayName: 'Me' },
			{ key: WORK, displayName: 'Me at work' }
		]);
		wait([], true);
		await settle();
		expect(registration.shown.map(({ title }) => title)).toEqual(['Sotto', 'Other account']);
		wait();
		await settle();
		expect(registration.shown.map(({ title }) => title)).toEqual(['Other account']);
		tell('accounts', [{ key: HOME, displayName: 'Me' }]);
		await settle();
		expect(registration.shown).toEqual([]);
	});

	it('leads a click into its account, and to nowhere outside the chats', () => {
		start();
		heard?.({ data: { type: 'OPEN', address: '/chats/ada#account=work' } });
		heard?.({ data: { type: 'OPEN', address: '//elsewhere.example/chats#account=work' } });
		heard?.({ data: { type: 'OPEN', address: '/chats/ada' } });
		heard?.({ data: { type: 'OTHER', address: '/chats/ada#account=work' } });
		heard?.({ data: null });
		expect(opened).toEqual([{ account: WORK, path: '/chats/ada' }]);
	});
});

describe('the number of unread messages', () => {
	it('stands on the app and before the title, up to 99, and goes with the last one', () => {
		const set: number[] = [];
		vi.stubGlobal('navigator', {
			languages: ['en'],
			setAppBadge: (count: number) => Promise.resolve(void set.push(count)),
			clearAppBadge: () => Promise.resolve(void set.push(0))
		});
		const badge = new UnreadBadge();
		badge.start({ watch });
		expect(badge.title('Chats')).toBe('Chats · Sotto');
		tell('accounts', [{ unread: 2 }, { unread: 1 }]);
		expect(badge.title('Chats')).toBe('(3) Chats · Sotto');
		tell('accounts', [{ unread: 100 }]);
		expect(badge.title('Chats')).toBe('(99+) Chats · Sotto');
		tell('accounts', [{ unread: 0 }]);
		expect(badge.title('Chats')).toBe('Chats · Sotto');
		expect(set).toEqual([3, 100, 0]);
	});

	it('asks nothing of browsers that have no such place', () => {
		vi.stubGlobal('navigator', { languages: ['en'] });
		const badge = new UnreadBadge();
		badge.start({ watch });
		expect(() => tell('accounts', [{ unread: 3 }])).not.toThrow();
	});
});
