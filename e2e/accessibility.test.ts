import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { goTo, Person } from './support/people';
import { expect, test } from './support/network';

// A walk over many screens, each looked at twice.
test.slow();

const themes = ['light', 'dark'] as const;

const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const coloursAlone = ['color-contrast', 'link-in-text-block'];

/** What axe has to say of the screen as it stands; of the second theme its colours, the one thing that differs. */
async function expectNothingFound(page: Page, screen: string): Promise<void> {
	for (const colorScheme of themes) {
		// Without motion: half-way through a transition the colours are those of neither theme.
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		// The app has no frames, for which the other mode opens a page of its own.
		const axe = new AxeBuilder({ page }).setLegacyMode(true);
		const rules = colorScheme === 'light' ? axe.withTags(everything) : axe.withRules(coloursAlone);
		const { violations } = await rules.analyze();
		const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
		expect(found, `${screen}, ${colorScheme}`).toEqual([]);
	}
}

async function walk(page: Page, paths: readonly string[]): Promise<void> {
	for (const path of paths) {
		await goTo(page, path);
		await expect(page).toHaveURL(path);
		await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
		await expectNothingFound(page, path);
	}
}

test('axe finds nothing on the screens before an account', async ({ page }) => {
	await walk(page, ['/', '/create', '/restore', '/terms', '/privacy', '/source', '/nowhere']);
});

test('axe finds nothing on the chats and what belongs to them', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await expectNothingFound(ada.page, 'first screen');

	await ben.startConversation(await ada.accountId());
	await ben.write('May I write to you? https://example.org');
	await ada.openRequest('Ben');
	await ada.sees('May I write to you? https://example.org');
	await expectNothingFound(ada.page, 'request');
	await ada.goTo('/chats/requests');
	await expect(ada.page.getByRole('link', { name: 'Ben' })).toBeVisible();
	await expectNothingFound(ada.page, 'requests');
	await ada.openRequest('Ben');
	await ada.write('Yes');
	const conversation = new URL(ada.page.url()).pathname;
	await walk(ada.page, [
		'/chats',
		conversation,
		`${conversation}/details`,
		'/chats/new',
		'/chats/contacts',
		'/chats/me',
		'/path'
	]);
	await ada.goTo('/chats');
	await ada.row('Ben').click({ button: 'right' });
	await expect(ada.page.getByRole('menu')).toBeVisible();
	await expectNothingFound(ada.page, 'menu of a conversation');
	await ada.page.getByRole('menuitem', { name: 'Mute…' }).click();
	await expectNothingFound(ada.page, 'mute dialog');
	await ada.page.getByRole('button', { name: 'For 8 hours' }).click();
	await ada.goTo(conversation);
	await ada.page.getByRole('link', { name: 'https://example.org' }).click();
	await expect(ada.page.getByRole('dialog').or(ada.page.getByRole('alertdialog'))).toBeVisible();
	await expectNothingFound(ada.page, 'link dialog');
	await ada.page.keyboard.press('Escape');

	await ada.goTo(`${conversation}/details`);
	await ada.page.getByRole('button', { name: 'Block' }).click();
	await ada.page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();
	await expect(ada.page.getByRole('button', { name: 'Unblock' }).first()).toBeVisible();
	await ada.goTo('/settings/blocked');
	await ada.page.getByRole('checkbox', { name: 'Ben' }).check();
	await expectNothingFound(ada.page, 'blocked people');
});

test('axe finds nothing on the settings', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await walk(ada.page, [
		'/settings/profile',
		'/settings/privacy',
		'/settings/notifications',
		'/settings/appearance',
		'/settings/recovery',
		'/settings/network',
		'/settings/storage',
		'/settings/diagnostics',
		'/settings/shortcuts',
		'/settings/about',
		'/settings/delete'
	]);
	await ada.goTo('/settings/recovery');
	await ada.page.getByRole('button', { name: 'Show recovery password' }).click();
	await expect(ada.page.getByRole('list', { name: 'Your 13 words' })).toBeVisible();
	await expectNothingFound(ada.page, 'recovery words');
});

test('axe finds nothing where there are several accounts', async ({ browser, network }) => {
	const { page } = await Person.withAccount(browser, 'Ada', network.url);
	await walk(page, ['/add', '/add/restore', '/add/create']);
	await page.getByLabel('Display name').fill('Work');
	await page.getByRole('button', { name: 'Create account' }).click();
	await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible();
	await walk(page, ['/chats/me', '/settings/delete', '/settings/profile', '/chats']);
	await page.getByRole('button', { name: /^Accounts and settings/u }).click();
	await expect(page.getByRole('menuitem', { name: 'Add an account' })).toBeVisible();
	await expectNothingFound(page, 'account menu');
	await goTo(page, '/settings/delete');
	await page.getByRole('radio', { name: 'This device and the network' }).check();
	await page.context().setOffline(true);
	await page.getByLabel(/Type “delete” to confirm/u).fill('delete');
	await page.getByRole('button', { name: 'Delete', exact: true }).click();
	await expect(page.getByRole('heading', { name: 'The network could not be asked' })).toBeVisible();
	await expectNothingFound(page, 'deletion that failed');
});
