import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { Person } from './support/people';
import { expect, test } from './support/network';

test.use({ serviceWorkers: 'allow' });

/** A picture whose left half is red and whose right half is blue. */
async function twoColours(page: Page): Promise<Buffer> {
	const base64 = await page.evaluate(() => {
		const canvas = document.createElement('canvas');
		canvas.width = 1200;
		canvas.height = 600;
		const context = canvas.getContext('2d');
		if (context === null) return '';
		context.fillStyle = 'red';
		context.fillRect(0, 0, 600, 600);
		context.fillStyle = 'blue';
		context.fillRect(600, 0, 600, 600);
		return canvas.toDataURL('image/png').split(',')[1] ?? '';
	});
	return Buffer.from(base64, 'base64');
}

/** Side and middle colour of a shown picture. */
function look(image: Locator): Promise<{ side: number; colour: string }> {
	return image.evaluate(async (element: HTMLImageElement) => {
		await element.decode();
		const canvas = document.createElement('canvas');
		const { naturalWidth: side } = element;
		canvas.width = side;
		canvas.height = side;
		const context = canvas.getContext('2d');
		context?.drawImage(element, 0, 0);
		const [red = 0, , blue = 0] = context?.getImageData(side / 2, side / 2, 1, 1).data ?? [];
		return { side, colour: red > blue ? 'red' : 'blue' };
	});
}

test('a picture is chosen and cropped, a friend sees it, also offline after a reload, and it goes again', async ({
	browser,
	network
}) => {
	test.slow();
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	await ada.write('Hello Ben');
	await ben.openRequest('Ada');
	await ben.write('Hello Ada');
	await ada.sees('Hello Ada');

	// Cropped to the right half, with the keyboard alone.
	await ada.goTo('/settings/profile');
	await expect(ada.page.getByRole('button', { name: 'Choose picture' })).toBeVisible();
	const buffer = await twoColours(ada.page);
	await ada.page.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer });
	const dialog = ada.page.getByRole('alertdialog', { name: 'Choose a part' });
	await expect(dialog).toBeVisible();
	await expect(dialog.getByLabel('Up and down')).toBeDisabled();
	await ada.page.emulateMedia({ reducedMotion: 'reduce' });
	for (const colorScheme of ['light', 'dark'] as const) {
		await ada.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		const { violations } = await new AxeBuilder({ page: ada.page }).analyze();
		expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual(
			[]
		);
	}
	await dialog.getByLabel('Left and right').press('End');
	const before = network.localnet.fileServer.faults.count();
	await dialog.getByRole('button', { name: 'Use picture' }).click();
	await expect(dialog).toBeHidden();
	const own = ada.page.getByRole('group', { name: 'Choose picture' }).locator('img');
	expect(await look(own)).toEqual({ side: 600, colour: 'blue' });
	await expect.poll(() => network.localnet.fileServer.faults.count()).toBe(before + 1);

	await ada.openConversation('Ben');
	await ada.write('How do I look?');
	await ben.sees('How do I look?');
	await ben.goTo('/chats');
	const seen = ben.row('Ada').locator('img');
	await expect(seen).toBeVisible();
	expect(await look(seen)).toEqual({ side: 600, colour: 'blue' });

	// What was fetched stays: without a network, and although the server has lost it.
	network.localnet.fileServer.faults.loseFiles();
	await ben.page.evaluate(async () => {
		await navigator.serviceWorker.ready;
	});
	await ben.page.reload();
	await expect
		.poll(() => ben.page.evaluate(() => navigator.serviceWorker.controller?.state))
		.toBe('activated');
	await ben.context.setOffline(true);
	await ben.page.reload();
	await expect(seen).toBeVisible();
	expect(await look(seen)).toEqual({ side: 600, colour: 'blue' });
	await ben.context.setOffline(false);

	await ada.goTo('/settings/profile');
	await ada.page.getByRole('button', { name: 'Remove picture' }).click();
	await expect(own).toHaveCount(0);
	await ada.openConversation('Ben');
	await ada.write('Better so');
	await expect(ben.row('Ada').getByText('Better so')).toBeVisible();
	await expect(seen).toHaveCount(0);
});

test('a file server that is down is one calm line, and the picture goes when it is back', async ({
	browser,
	network
}) => {
	test.slow();
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await network.localnet.fileServer.faults.kill();
	await ada.goTo('/settings/profile');
	await expect(ada.page.getByRole('button', { name: 'Choose picture' })).toBeVisible();
	const buffer = await twoColours(ada.page);
	await ada.page.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer });
	await ada.page.getByRole('button', { name: 'Use picture' }).click();
	const line = ada.page.getByRole('status').filter({ hasText: 'goes out by itself later' });
	await expect(line).toBeVisible();
	await network.localnet.fileServer.faults.revive();
	await expect(line).toHaveCount(0, { timeout: 60_000 });
	await ada.page.reload();
	await expect(ada.page.getByRole('group', { name: 'Choose picture' }).locator('img')).toBeVisible();
});
