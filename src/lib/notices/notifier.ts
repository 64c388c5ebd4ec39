import type { AccountKey, AccountSummary, Engine, Notice, WaitingView } from '../../engine/api';
import { number } from '../chats/when';
import { m } from '../i18n/paraglide/messages';
import { playChime } from './chime';
import { noticeAddress, noticeTarget, type NoticeTarget } from './notice-address';
import { closeNotices, permission, showNotice, type NoticeMark } from './system';

type Opener = (target: NoticeTarget) => void;

/**
 * Shows what came while nobody looked, in whichever account of this browser, and takes it away when it was read, on
 * whichever device.
 */
export class Notifier {
	#started = false;
	#open: Opener = () => undefined;
	/** The names of all accounts. */
	#accounts: ReadonlyMap<AccountKey, string> | undefined;
	#waiting: ReadonlyMap<AccountKey, WaitingView> | undefined;
	/** What a notification may be about, in words of our own. */
	#subjects: ReadonlySet<string> | undefined;

	/** Once for as long as the page lives: between two screens nothing may be missed. */
	start(engine: Pick<Engine, 'watch'>, open: Opener): void {
		this.#open = open;
		if (this.#started || permission() === 'unsupported') return;
		this.#started = true;
		const watching = [
			engine.watch('accounts', null, (accounts) => this.#know(accounts)),
			engine.watch('notices', null, (batch) => quietly(this.#show(batch))),
			engine.watch('waiting', null, (waiting) => this.#heed(waiting))
		];
		for (const watch of watching) quietly(watch);
		if ('serviceWorker' in navigator) {
			navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
				this.#follow(openedBy(data));
			});
		}
	}

	#know(accounts: readonly AccountSummary[]): void {
		this.#accounts = new Map(accounts.map(({ key, displayName }) => [key, displayName]));
		this.#tidy();
	}

	#heed(waiting: readonly WaitingView[]): void {
		this.#waiting = new Map(waiting.map((view) => [view.account, view]));
		this.#tidy();
	}

	#follow(address: string): void {
		const target = noticeTarget(address);
		if (target !== null) this.#open(target);
	}

	async #show(batch: readonly Notice[]): Promise<void> {
		if (permission() !== 'granted') return;
		// One sound: our own, or where the browser refuses it, the system's.
		const silent = !batch.some(({ sound }) => sound) || (await playChime());
		for (const notice of batch) {
			const { account, kind, conversation } = notice;
			const path = kind === 'request' ? '/chats/requests' : `/chats/${conversation}`;
			const mark = { account, kind, conversation, address: noticeAddress({ account, path }) };
			await showNotice({ ...this.#wordsOf(notice), silent, mark }, (address) => this.#follow(address));
		}
	}

	/** Where there are several accounts it is said for which one. */
	#wordsOf(notice: Notice): { title: string; body: string } {
		const words = wordsOf(notice);
		const account = this.#accounts?.get(notice.account) ?? '';
		if (account === '' || this.#accounts?.size === 1) return words;
		return { ...words, title: m.notice_for({ title: words.title, account }) };
	}

	/** Takes away what has been read, and what was of accounts that are gone. */
	#tidy(): void {
		const [accounts, waiting] = [this.#accounts, this.#waiting];
		if (accounts === undefined || waiting === undefined) return;
		const subjects = new Set<string>(accounts.keys());
		for (const { account, conversations, requests } of waiting.values()) {
			for (const key of conversations) subjects.add(key);
			if (requests) subjects.add(requestsOf(account));
		}
		const before = this.#subjects;
		this.#subjects = subjects;
		const anyGone = before === undefined || [...before].some((subject) => !subjects.has(subject));
		if (!anyGone) return;
		const wanted = ({ account, kind, conversation }: NoticeMark): boolean => {
			// Of an account that is not open yet nothing is known.
			if (!waiting.has(account)) return accounts.has(account);
			return subjects.has(kind === 'request' ? requestsOf(account) : conversation);
		};
		quietly(closeNotices(wanted));
	}
}

function requestsOf(account: AccountKey): string {
	return `requests ${account}`;
}

/** What cannot be shown is in the list all the same. */
function quietly(work: Promise<unknown>): void {
	work.catch(() => undefined);
}

function wordsOf({ kind, title, body, count }: Notice): { title: string; body: string } {
	const shown = number(count);
	if (kind === 'request') return { title: m.app_name(), body: m.notice_request() };
	const words = body ?? m.notice_messages({ count, shown });
	if (title === null) return { title: m.app_name(), body: words };
	const several = body !== null && count > 1;
	return { title: several ? m.notice_several({ name: title, shown }) : title, body: words };
}

/** Only our own service worker speaks here; anything else it may say is not for us. */
function openedBy(data: unknown): string {
	if (typeof data !== 'object' || data === null) return '';
	if (!('type' in data) || data.type !== 'OPEN' || !('address' in data)) return '';
	return typeof data.address === 'string' ? data.address : '';
}

export const notifier = new Notifier();
