import { expectToHaveFocus } from './support/focus';
import { Person } from './support/people';
import { expect, test } from './support/network';

const address = 'https://example.org/a/long/way/to/somewhere?with=several&parts=in-it#and-an-end';

test('a link in a message is shown whole, and opened only when I say so', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ben.startConversation(await ada.accountId());
	await ben.write(`Look: ${address}`);
	await ada.openRequest('Ben');

	const asked: (string | null)[] = [];
	await ada.context.route('https://example.org/**', async (route) => {
		asked.push(await route.request().headerValue('referer'));
		await route.fulfill({ contentType: 'text/html', body: '<title>Somewhere</title>' });
	});
	const link = ada.log.getByRole('link', { name: address });
	const dialog = ada.page.getByRole('dialog', { name: 'Open this link?' });
	await link.click();
	await expect(dialog.getByText(address, { exact: true })).toBeVisible();
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	await expect(dialog).toHaveCount(0);
	await expectToHaveFocus(link);
	expect(asked).toEqual([]);

	await link.click();
	const opened = ada.context.waitForEvent('page');
	await dialog.getByRole('link', { name: 'Open' }).click();
	const page = await opened;
	await expect(page).toHaveURL(address);
	expect(await page.evaluate(() => window.opener as unknown)).toBeNull();
	expect(asked).toEqual([null]);
	await expect(dialog).toHaveCount(0);
	await ada.sees(`Look: ${address}`);
});
