import { tick } from 'svelte';
import type { AccountSummary } from '../../engine/api';
import { door } from '../engine.svelte';
import { describeFailure } from '../i18n/failures';
import { m } from '../i18n/paraglide/messages';
import type { NoticeTarget } from '../notices/notice-address';
import { announce, toast } from '../ui/toast.svelte';
import { accountName } from './account-words';

type Go = (path: string) => Promise<void>;

/** At its list: nothing of the account that is left stays open. Whether it is shown now and can be used. */
export async function showAccount(account: AccountSummary, go: Go): Promise<boolean> {
	try {
		await go('/chats');
		await door.switchTo(account.key);
	} catch (error) {
		toast(describeFailure(error));
		return false;
	}
	if (door.state.kind !== 'ready') return false;
	announce(m.accounts_now({ name: accountName(account) }));
	await tick();
	// What had the focus belonged to the account before.
	const buttons = [...document.querySelectorAll<HTMLElement>('[data-account-button]')];
	buttons.find((button) => button.checkVisibility())?.focus({ preventScroll: true });
	return true;
}

/** In its own account; nowhere when that is gone. */
export async function followNotice({ account, path }: NoticeTarget, go: Go): Promise<void> {
	const found = door.accounts.find(({ key }) => key === account);
	if (found === undefined || !(found.shown || (await showAccount(found, go)))) return;
	await go(path);
}
