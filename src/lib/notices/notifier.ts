import type {
	ConversationKey,
	ConversationRow,
	Engine,
	Notice,
	NotificationPreferences
} from '../../engine/api';
import { number } from '../chats/when';
import { m } from '../i18n/paraglide/messages';
import { playChime } from './chime';
import { closeNotices, permission, showNotice } from './system';

type Opener = (path: string) => void;

/** Shows what came while nobody looked, and takes it away when it was read, on whichever device. */
export class Notifier {
	#started = false;
	#open: Opener = () => undefined;
	#preferences: NotificationPreferences | undefined;
	#scope: string | undefined;
	#unread: Record<'conversations' | 'requests', ReadonlySet<ConversationKey> | undefined> = {
		conversations: undefined,
		requests: undefined
	};

	/** Once for as long as the page lives: between two screens nothing may be missed. */
	start(engine: Pick<Engine, 'watch'>, open: Opener): void {
		this.#open = open;
		if (this.#started || permission() === 'unsupported') return;
		this.#started = true;
		const watching = [
			engine.watch('account', null, ({ noteToSelf }) => (this.#scope = noteToSelf)),
			engine.watch('preferences', null, ({ notifications }) => (this.#preferences = notifications)),
			engine.watch('notices', null, (batch) => quietly(this.#show(batch))),
			engine.watch('conversations', null, (rows) => this.#heed('conversations', rows)),
			engine.watch('requests', null, (rows) => this.#heed('requests', rows))
		];
		for (const watch of watching) quietly(watch);
		if ('serviceWorker' in navigator) {
			navigator.serviceWorker.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
				const path = pathOf(data);
				if (path !== null) this.#open(path);
			});
		}
	}

	async #show(batch: readonly Notice[]): Promise<void> {
		const scope = this.#scope;
		if (scope === undefined || permission() !== 'granted') return;
		// One sound: our own, or where the browser refuses it, the system's.
		const silent = this.#preferences?.sound !== true || (await playChime());
		for (const notice of batch) {
			const { kind, conversation } = notice;
			const path = kind === 'request' ? '/chats/requests' : `/chats/${conversation}`;
			await showNotice({ ...wordsOf(notice), silent, mark: { scope, kind, conversation, path } }, (to) =>
				this.#open(to)
			);
		}
	}

	#heed(list: 'conversations' | 'requests', rows: readonly ConversationRow[]): void {
		const unread = new Set(rows.filter((row) => row.unread > 0).map((row) => row.key));
		const before = this.#unread[list];
		this.#unread[list] = unread;
		const anyGone = before === undefined || [...before].some((key) => !unread.has(key));
		const { conversations, requests } = this.#unread;
		if (!anyGone || this.#scope === undefined || conversations === undefined || requests === undefined)
			return;
		const wanted = (mark: Pick<Notice, 'kind' | 'conversation'>) =>
			mark.kind === 'request' ? requests.size > 0 : conversations.has(mark.conversation);
		quietly(closeNotices(this.#scope, wanted));
	}
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
function pathOf(data: unknown): string | null {
	if (typeof data !== 'object' || data === null) return null;
	if (!('type' in data) || data.type !== 'OPEN' || !('path' in data)) return null;
	return typeof data.path === 'string' && data.path.startsWith('/chats') ? data.path : null;
}

export const notifier = new Notifier();
