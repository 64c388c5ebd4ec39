import { Person } from './support/people';
import { expect, test } from './support/network';

const right =
	'uphill tutor loincloth cuddled luggage gels identity randomly pledge byline casket adult identity';

test.beforeEach(async ({ page }) => {
	await page.goto('/restore');
	await expect(page.getByLabel('Word 1', { exact: true })).toBeVisible();
});

test('says which word is wrong, and offers the one that was meant', async ({ page }) => {
	await page.getByLabel('Word 1', { exact: true }).fill('uphil');
	await page.getByLabel('Word 2', { exact: true }).fill('zzzzz');
	await page.getByLabel('Word 3', { exact: true }).focus();
	await expect(page.getByRole('alert')).toContainText('Word 2, “zzzzz”, is not in the list.');
});

test('suggests words while they are typed', async ({ page }) => {
	const first = page.getByLabel('Word 1', { exact: true });
	await first.pressSequentially('uph');
	await expect(page.getByRole('option', { name: 'uphill' })).toBeVisible();
	await first.press('Enter');
	await expect(first).toHaveValue('uphill');
	await expect(page.getByLabel('Word 2', { exact: true })).toBeFocused();
});

test('spreads a paste over the fields, and tells a wrong checksum and a wrong count', async ({ page }) => {
	const first = page.getByLabel('Word 1', { exact: true });
	// Copied from a text box of this page, as from anywhere else: a real paste, with what the browser makes of it.
	const paste = async (text: string) => {
		await page.evaluate((copied) => {
			const box = document.body.appendChild(document.createElement('textarea'));
			box.value = copied;
			box.select();
		}, text);
		await page.keyboard.press('ControlOrMeta+c');
		await page.evaluate(() => document.querySelector('body > textarea')?.remove());
		await first.focus();
		await page.keyboard.press('ControlOrMeta+v');
	};
	await paste(right.replace('tutor', 'abbey'));
	await expect(page.getByLabel('Word 13', { exact: true })).toHaveValue('identity');
	await expect(page.getByRole('alert')).toContainText('do not belong together');
	// The last of the words has the focus once all are looked at.
	await expect(page.getByLabel('Word 13', { exact: true })).toBeFocused();
	await paste(`${right} abbey`);
	await expect(page.getByRole('alert')).toContainText('That is 14 words. A recovery password has 13.');
	await paste(`  ${right.toUpperCase().replaceAll(' ', '\n ')} `);
	await expect(page.getByRole('button', { name: 'Restore account' })).toBeEnabled();
});

test('reads the recovery QR code from a picture @core', async ({ browser, network, page }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const id = await ada.accountId();
	await ada.goTo('/settings/recovery');
	await ada.page.getByRole('button', { name: 'Show recovery password' }).click();
	await ada.page.getByRole('button', { name: 'Show as QR code' }).click();
	const picture = await ada.page.getByRole('img', { name: 'QR code of your recovery password' }).screenshot();

	await page.getByRole('button', { name: 'Scan QR' }).click();
	await page
		.locator('input[type=file]')
		.setInputFiles({ name: 'recovery.png', mimeType: 'image/png', buffer: picture });
	await page.getByRole('button', { name: /Open Sotto|Continue in background/u }).click();
	await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible();
	expect(await Person.at(page.context(), page, 'Ada').accountId()).toBe(id);
});
