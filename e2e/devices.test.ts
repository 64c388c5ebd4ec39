import type { Page } from '@playwright/test';
import { Person } from './support/people';
import { expect, test } from './support/network';

/** The smallest picture there is. */
const PNG =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==';

async function choose(person: Person, name: string, item: string): Promise<void> {
	await person.row(name).click({ button: 'right' });
	await person.page.getByRole('menuitem', { name: item }).click();
}

/** By clicks from the list, as people come there. */
async function openSettings(page: Page, name: string): Promise<void> {
	await page.getByRole('link', { name: 'Settings and account' }).first().click();
	await page.getByRole('link', { name, exact: true }).click();
	await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

const backToChats = (page: Page) => page.getByRole('link', { name: 'Back to chats' }).first().click();

test('what is changed in one browser of an account shows in the other, which says that it was elsewhere', async ({
	browser,
	network
}) => {
	test.slow();
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const id = await ada.accountId();
	const other = await Person.arrive(browser, 'Ada', network.url);
	await other.restoreAccount(await ada.recoveryWords());
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ben.startConversation(id);
	await ben.write('May I?');

	// A request that is accepted here is one no more there.
	await expect(other.page.getByRole('link', { name: /Message requests/u })).toBeVisible();
	await backToChats(ada.page);
	await ada.page.getByRole('link', { name: /Message requests/u }).click();
	await ada.page.getByRole('link', { name: 'Ben' }).click();
	await ada.page.getByRole('button', { name: 'Accept' }).click();
	await expect(other.row('Ben')).toBeVisible();
	await expect(other.page.getByRole('link', { name: /Message requests/u })).toHaveCount(0);

	// So is what was read.
	await expect(other.row('Ben').getByText('unread')).toHaveCount(0);
	await ada.page.getByRole('link', { name: 'Settings and account' }).first().click();
	await ben.write('Are you there?');
	await expect(other.row('Ben').getByText('1 unread message')).toBeAttached();
	await backToChats(ada.page);
	await ada.row('Ben').click();
	await ada.sees('Are you there?');
	await expect(other.row('Ben').getByText('unread')).toHaveCount(0);

	// The other way round.
	await choose(other, 'Ben', 'Mute…');
	await other.page.getByRole('button', { name: 'Until I turn it on again' }).click();
	await choose(other, 'Ben', 'Details');
	await other.page.getByRole('switch', { name: 'Pin to the top' }).click();
	await other.page.getByRole('button', { name: 'Nickname' }).click();
	await other.page.getByRole('textbox', { name: 'Nickname' }).fill('Benjamin');
	await other.page.getByRole('button', { name: 'Save' }).click();
	await expect(ada.row('Benjamin').getByRole('img', { name: 'Muted' })).toBeVisible();
	await expect(ada.row('Benjamin').getByRole('img', { name: 'Pinned' })).toBeVisible();

	// A deleted conversation leaves both lists, and comes back with what is written next.
	await choose(other, 'Benjamin', 'Delete conversation…');
	await other.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
	await expect(ada.row('Benjamin')).toHaveCount(0);
	await ben.write('Still there?');
	await expect(ada.row('Benjamin')).toBeVisible();
	await expect(other.row('Benjamin')).toContainText('Still there?');
	await choose(other, 'Benjamin', 'Block');
	await other.page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();
	await expect(ada.row('Benjamin')).toHaveCount(0);

	// Name and picture, while somebody looks at what was changed elsewhere.
	await openSettings(other.page, 'Devices');
	await openSettings(ada.page, 'Profile');
	await ada.page.getByLabel('Display name').fill('Ada Lovelace');
	await ada.page.getByRole('button', { name: 'Save' }).click();
	const buffer = Buffer.from(PNG, 'base64');
	await ada.page.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer });
	await ada.page.getByRole('button', { name: 'Use picture' }).click();
	await expect(other.page.getByText('Name or picture')).toBeVisible();
	const own = other.page.getByRole('link', { name: /^Ada Lovelace/u });
	await expect(own.locator('img')).toBeVisible();
});
