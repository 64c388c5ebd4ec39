import { tick } from 'svelte';
import type { AccountSummary } from '../../engine/api';
import { door } from '../engine.svelte';
import { describeFailure } from '../i18n/failures';
import { m } from '../i18n/paraglide/messages';
import { announce, toast } from '../ui/toast.svelte';
import { accountName } from './account-words';

/** `leave`: goes to an address that belongs to no account, so that nothing of the one that is left stays open. */
export async function showAccount(account: AccountSummary, leave: () => Promise<void>): Promise<void> {
	try {
		await leave();
		await door.switchTo(account.key);
	} catch (error) {
		toast(describeFailure(error));
		return;
	}
	if (door.state.kind !== 'ready') return;
	announce(m.accounts_now({ name: accountName(account) }));
	await tick();
	// What had the focus belonged to the account before.
	const buttons = [...document.querySelectorAll<HTMLElement>('[data-account-button]')];
	buttons.find((button) => button.checkVisibility())?.focus({ preventScroll: true });
}
