import type { Page } from '@playwright/test';
import { Person } from './support/people';
import { expect, test, type TestNetwork } from './support/network';

/** Ada, and the people who wrote to her and whom she answered. */
async function adaWith(
	browser: Parameters<typeof Person.withAccount>[0],
	network: TestNetwork,
	names: readonly string[]
): Promise<{ ada: Person; others: Person[] }> {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const id = await ada.accountId();
	const others: Person[] = [];
	for (const name of names) {
		const other = await Person.withAccount(browser, name, network.url);
		await other.startConversation(id);
		await other.write(`This is ${name}`);
		await ada.openRequest(name);
		await ada.write(`Hello ${name}`);
		await other.sees(`Hello ${name}`);
		others.push(other);
	}
	await ada.goTo('/chats');
	return { ada, others };
}

const names = (page: Page) => page.getByRole('list', { name: 'Conversations' }).locator('.name');

/** A part of the list: the radio button itself is unseen, its label is what one presses. */
const part = (page: Page, name: string) =>
	page.getByRole('group', { name: 'Show' }).locator('label', { hasText: name });

async function choose(person: Person, name: string, item: string): Promise<void> {
	await person.row(name).click({ button: 'right' });
	await person.page.getByRole('menuitem', { name: item }).click();
}

test('conversations are put in order, people named, blocked, unblocked and deleted, and requests cleared', async ({
	browser,
	network
}) => {
	const { ada, others } = await adaWith(browser, network, ['Ben', 'Carol']);
	const { page } = ada;
	await expect(names(page)).toHaveText(['Carol', 'Ben']);

	await choose(ada, 'Ben', 'Pin to the top');
	await expect(names(page)).toHaveText(['Ben', 'Carol']);
	await expect(ada.row('Ben').getByRole('img', { name: 'Pinned' })).toBeVisible();
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(names(page)).toHaveText(['Carol', 'Ben']);

	// With the keyboard: the menu opens at the row and gives the focus back to it.
	await ada.row('Carol').focus();
	await page.keyboard.press('Shift+F10');
	await expect(page.getByRole('menu')).toBeVisible();
	await page.keyboard.press('Escape');
	await expect(ada.row('Carol')).toBeFocused();
	await page.keyboard.press('Shift+F10');
	await page.getByRole('menuitem', { name: 'Mark as unread' }).press('Enter');
	await expect(ada.row('Carol')).toContainText('Marked as unread');
	await part(page, 'Unread').click();
	await expect(names(page)).toHaveText(['Carol']);
	await ada.row('Carol').click();
	await expect(ada.row('Carol')).not.toContainText('Marked as unread');
	// It stays in that part of the list while it is open.
	await expect(names(page)).toHaveText(['Carol']);
	await part(page, 'All').click();

	// A finger that rests on a row brings up a sheet with the same.
	await ada.row('Ben').dispatchEvent('pointerdown', { pointerType: 'touch', isPrimary: true });
	const sheet = page.getByRole('dialog', { name: 'Actions for Ben' });
	await expect(sheet.getByRole('button', { name: 'Archive' })).toBeVisible();
	await ada.row('Ben').dispatchEvent('pointerup', { pointerType: 'touch', isPrimary: true });
	await page.keyboard.press('Escape');
	await expect(sheet).toHaveCount(0);

	await choose(ada, 'Ben', 'Archive');
	await expect(names(page)).toHaveText(['Carol']);
	await part(page, 'Archived').click();
	await expect(names(page)).toHaveText(['Ben']);
	await others[0]!.write('Back again');
	await expect(ada.row('Ben')).toContainText('Back again');
	await choose(ada, 'Ben', 'Take out of the archive');
	await expect(part(page, 'Archived')).toHaveCount(0);
	await expect(names(page)).toHaveText(['Ben', 'Carol']);

	await choose(ada, 'Ben', 'Hide');
	await expect(names(page)).toHaveText(['Carol']);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(names(page)).toHaveText(['Ben', 'Carol']);

	await choose(ada, 'Carol', 'Mute…');
	await page.getByRole('button', { name: 'For 8 hours' }).click();
	await expect(ada.row('Carol').getByRole('img', { name: 'Muted' })).toBeVisible();
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(ada.row('Carol').getByRole('img', { name: 'Muted' })).toHaveCount(0);

	// Several at once.
	for (const name of ['Ben', 'Carol']) {
		await choose(ada, name, 'Block');
		await page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();
		await expect(ada.row(name)).toHaveCount(0);
	}
	await ada.goTo('/settings/blocked');
	await page.getByRole('checkbox', { name: 'All' }).check();
	await page.getByRole('button', { name: 'Unblock 2 people' }).click();
	await expect(page.getByText('Nobody is blocked.')).toBeVisible();
	await ada.goTo('/chats');
	await expect(names(page)).toHaveText(['Ben', 'Carol']);

	// A contact gets a nickname, is found among the contacts, and is deleted for good.
	await ada.goTo('/chats/new');
	await page.getByRole('link', { name: 'Contacts', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'B', exact: true })).toBeVisible();
	await page.getByRole('textbox', { name: 'Search contacts' }).fill('ben');
	await expect(page.getByRole('main').getByRole('link', { name: 'Carol' })).toHaveCount(0);
	await page.getByRole('link', { name: 'Details of Ben' }).click();

	await page.getByRole('button', { name: 'Nickname' }).click();
	await page.getByRole('textbox', { name: 'Nickname' }).fill('x'.repeat(101));
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByRole('dialog').getByRole('alert')).not.toBeEmpty();
	await page.getByRole('textbox', { name: 'Nickname' }).fill('Benjamin the first');
	await page.getByRole('button', { name: 'Save' }).click();
	await expect(page.getByText('calls themselves “⁨Ben⁩”')).toBeVisible();
	await expect(ada.row('Benjamin the first')).toBeVisible();

	await page.getByRole('button', { name: 'Clear messages…' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Clear' }).click();
	await expect(ada.log.getByText('This is Ben')).toHaveCount(0);
	await page.getByRole('button', { name: 'Delete contact…' }).click();
	await expect(page.getByRole('alertdialog')).toContainText('is a message request');
	await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
	await expect(names(page)).toHaveText(['Carol']);
	await others[0]!.write('Who is this?');
	await ada.openRequest('Ben');
	await ada.sees('Who is this?');
	await expect(ada.log.getByText('This is Ben')).toHaveCount(0);

	// All requests at once.
	await ada.openConversation('Carol');
	await ada.goTo(`${new URL(page.url()).pathname}/details`);
	await page.getByRole('button', { name: 'Delete contact…' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
	await expect(names(page)).toHaveCount(0);
	await others[1]!.write('May I?');
	await ada.goTo('/chats/requests');
	await expect(page.getByRole('list', { name: 'Message requests' }).getByRole('listitem')).toHaveCount(2);
	await page.getByRole('button', { name: 'Clear all' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Clear all' }).click();
	await expect(page.getByRole('link', { name: /Message requests/u })).toHaveCount(0);
});
