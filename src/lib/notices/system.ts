import type { AccountKey, ConversationKey, Notice } from '../../engine/api';

/** What a notification is about. The service worker knows `address` alone. */
export interface NoticeMark {
	readonly account: AccountKey;
	readonly kind: Notice['kind'];
	readonly conversation: ConversationKey;
	/** Where a click leads. */
	readonly address: string;
}

export interface SystemNotice {
	readonly title: string;
	readonly body: string;
	readonly silent: boolean;
	readonly mark: NoticeMark;
}

/** Shown by pages that have no service worker: nobody else remembers them. */
const ownNotices = new Map<string, Notification>();

export function permission(): NotificationPermission | 'unsupported' {
	return typeof Notification === 'function' ? Notification.permission : 'unsupported';
}

/** One per conversation, the newer in place of the older. The service worker's outlive this page. */
export async function showNotice(notice: SystemNotice, open: (address: string) => void): Promise<void> {
	const { title, body, silent, mark } = notice;
	const tag = mark.kind === 'request' ? `requests ${mark.account}` : mark.conversation;
	const options = { body, tag, silent, data: mark, renotify: true, ...pictures };
	const registration = await activeRegistration();
	if (registration !== undefined) {
		await registration.showNotification(title, options);
		return;
	}
	const shown = new Notification(title, options);
	ownNotices.set(tag, shown);
	shown.onclose = () => ownNotices.delete(tag);
	shown.onclick = () => {
		window.focus();
		shown.close();
		open(mark.address);
	};
}

const pictures = { icon: '/icons/icon-192.png', badge: '/icons/badge-96.png' };

/** Takes away the notifications that are no longer wanted. */
export async function closeNotices(wanted: (mark: NoticeMark) => boolean): Promise<void> {
	const ofWorker = (await (await activeRegistration())?.getNotifications()) ?? [];
	for (const notification of [...ofWorker, ...ownNotices.values()]) {
		const mark = notification.data as NoticeMark | null;
		if (mark !== null && !wanted(mark)) notification.close();
	}
}

async function activeRegistration(): Promise<ServiceWorkerRegistration | undefined> {
	if (!('serviceWorker' in navigator)) return undefined;
	const registration = await navigator.serviceWorker.getRegistration();
	return registration?.active == null ? undefined : registration;
}
