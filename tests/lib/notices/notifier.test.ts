import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationKey, ConversationRow, Engine, Feeds, Notice } from '../../../src/engine/api';
import { UnreadBadge } from '../../../src/lib/notices/badge.svelte';
import { Notifier } from '../../../src/lib/notices/notifier';

interface Shown {
	readonly title: string;
	readonly body: string;
	readonly tag: string;
	readonly silent: boolean;
	readonly data: { readonly scope: string; readonly path: string };
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

let registration: FakeRegistration;
let heard: ((event: { data: unknown }) => void) | undefined;
let listeners: Partial<Record<keyof Feeds, (value: never) => void>>;
let opened: string[];

const watch = ((feed: keyof Feeds, _args: unknown, listener: (value: never) => void) => {
	listeners[feed] = listener;
	return Promise.resolve(() => undefined);
}) as Engine['watch'];

function tell<Name extends keyof Feeds>(feed: Name, value: unknown): void {
	(listeners[feed] as (value: unknown) => void)(value);
}

const row = (key: ConversationKey, unread: number) => ({ key, unread }) as ConversationRow;
const notice = (over: Partial<Notice> = {}): Notice => ({
	kind: 'message',
	conversation: ADA,
	title: 'Ada',
	body: 'hello',
	count: 1,
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
});
afterEach(() => vi.unstubAllGlobals());

function start(sound = true): void {
	new Notifier().start({ watch }, (path) => opened.push(path));
	tell('account', { noteToSelf: 'mine' });
	tell('preferences', { notifications: { on: true, content: 'none', sound } });
	tell('conversations', []);
	tell('requests', []);
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
			data: { scope: 'mine', path: '/chats/ada' }
		});
	});

	it('says no more than it was given', async () => {
		start(false);
		tell('notices', [notice({ body: null, count: 3 })]);
		await settle();
		expect(words()).toEqual(['Ada: 3 new messages']);
		tell('notices', [notice({ title: null, body: null })]);
		await settle();
		expect(words()).toEqual(['Sotto: New message']);
		expect(registration.shown[0]?.silent).toBe(true);
		tell('notices', [notice({ kind: 'request', conversation: STRANGER, title: null, body: null })]);
		await settle();
		expect(words()[1]).toBe('Sotto: You have a new message request.');
		expect(registration.shown[1]?.data.path).toBe('/chats/requests');
	});

	it('is nothing without the permission', async () => {
		start();
		vi.stubGlobal('Notification', Object.assign(class {}, { permission: 'default' }));
		tell('notices', [notice()]);
		await settle();
		expect(words()).toEqual([]);
	});

	it('goes when it was read, of this account alone', async () => {
		start();
		tell('conversations', [row(ADA, 1)]);
		tell('requests', [row(STRANGER, 1)]);
		tell('notices', [notice(), notice({ kind: 'request', conversation: STRANGER, title: null, body: null })]);
		await registration.showNotification('Other account', {
			body: '',
			tag: 'other',
			silent: true,
			data: { scope: 'theirs', path: '/chats/other' }
		});
		await settle();
		tell('conversations', [row(ADA, 0)]);
		await settle();
		expect(registration.shown.map(({ title }) => title)).toEqual(['Other account', 'Sotto']);
		tell('requests', [row(STRANGER, 0)]);
		await settle();
		expect(registration.shown.map(({ title }) => title)).toEqual(['Other account']);
	});

	it('leads a click to the conversation, and to nowhere outside the chats', () => {
		start();
		heard?.({ data: { type: 'OPEN', path: '/chats/ada' } });
		heard?.({ data: { type: 'OPEN', path: '//elsewhere.example' } });
		heard?.({ data: { type: 'OTHER', path: '/chats/ada' } });
		heard?.({ data: null });
		expect(opened).toEqual(['/chats/ada']);
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
		tell('unread', 3);
		expect(badge.title('Chats')).toBe('(3) Chats · Sotto');
		tell('unread', 100);
		expect(badge.title('Chats')).toBe('(99+) Chats · Sotto');
		tell('unread', 0);
		expect(badge.title('Chats')).toBe('Chats · Sotto');
		expect(set).toEqual([3, 100, 0]);
	});

	it('asks nothing of browsers that have no such place', () => {
		vi.stubGlobal('navigator', { languages: ['en'] });
		const badge = new UnreadBadge();
		badge.start({ watch });
		expect(() => tell('unread', 3)).not.toThrow();
	});
});
