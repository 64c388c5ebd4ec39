import type { AccountKey } from '../../engine/api';

/** Where a click on a notification leads. */
export interface NoticeTarget {
	readonly account: AccountKey;
	readonly path: string;
}

/** As one address, also for a new window. What stands behind the # no server is ever told. */
export function noticeAddress({ account, path }: NoticeTarget): string {
	return `${path}#account=${account}`;
}

/** Null for whatever is no such address. */
export function noticeTarget(address: string): NoticeTarget | null {
	if (!address.startsWith('/chats')) return null;
	const { pathname, hash } = new URL(address, location.origin);
	const account = askedAccount(hash);
	return account === undefined ? null : { account, path: pathname };
}

/** The account that an address is about; whether there is such a one is the engine's to say. */
export function askedAccount(hash: string): AccountKey | undefined {
	return (new URLSearchParams(hash.slice(1)).get('account') ?? undefined) as AccountKey | undefined;
}
