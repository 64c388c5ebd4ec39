import type { Locator, Page } from '@playwright/test';
import { Person } from './support/people';
import { expect, test } from './support/network';

const hebrewName = 'ליאת כהן';
const hebrew = `${'שלום! מה שלומך היום? '.repeat(12)}להתראות`;
const english = `${'Good morning, how are you today? '.repeat(10)}Bye`;

/** How far the last line of a text keeps from the left and the right edge of its box, in pixels. */
function lastLine(text: Locator): Promise<{ readonly left: number; readonly right: number }> {
	return text.evaluate((element) => {
		const box = element.getBoundingClientRect();
		const range = document.createRange();
		range.selectNodeContents(element);
		const lines = [...range.getClientRects()].filter(({ width }) => width > 0);
		const bottom = Math.max(...lines.map((line) => line.bottom));
		const last = lines.filter((line) => line.bottom > bottom - 2);
		return {
			left: Math.min(...last.map((line) => line.left)) - box.left,
			right: box.right - Math.max(...last.map((line) => line.right))
		};
	});
}

async function box(locator: Locator): Promise<{ left: number; right: number }> {
	const found = await locator.boundingBox();
	if (found === null) throw new Error('it is not on the screen');
	return { left: found.x, right: found.x + found.width };
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
	const over = await page.evaluate(() =>
		[...document.querySelectorAll('html, main, [role=main], [role=navigation], [role=log]')]
			.filter((element) => element.scrollWidth > element.clientWidth + 1)
			.map((element) => `${element.tagName} ${element.className}`)
	);
	expect(over, new URL(page.url()).pathname).toEqual([]);
}

test('Hebrew and English each read from their own side, in messages, names and what is being written', async ({
	browser,
	network
}) => {
	const liat = await Person.withAccount(browser, hebrewName, network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await liat.startConversation(await ben.accountId());
	await liat.write(hebrew);
	await liat.write(english);
	await ben.openRequest(hebrewName);
	await expect(ben.page.getByText(`${hebrewName}\u2069 is told if you accept`)).toHaveCSS('direction', 'ltr');
	await expect(ben.page.getByRole('heading', { level: 1 })).toHaveCSS('direction', 'rtl');
	for (const { log } of [liat, ben]) {
		const toTheRight = await lastLine(log.getByText(hebrew, { exact: true }));
		expect(toTheRight.right).toBeLessThan(3);
		expect(toTheRight.left).toBeGreaterThan(20);
		const toTheLeft = await lastLine(log.getByText(english, { exact: true }));
		expect(toTheLeft.left).toBeLessThan(3);
		expect(toTheLeft.right).toBeGreaterThan(20);
	}
	await ben.composer.fill('שלום');
	await expect(ben.composer).toHaveCSS('direction', 'rtl');
	await ben.goTo('/chats');
	await ben.page.getByRole('link', { name: /Message requests/u }).click();
	const row = ben.page.getByRole('link', { name: hebrewName });
	await expect(row.getByText('Draft:')).toHaveCSS('direction', 'ltr');
	await expect(row.getByText('שלום')).toHaveCSS('direction', 'rtl');
});

test('in a right-to-left page everything stands on the other side, and nothing sticks out', async ({
	browser,
	network
}) => {
	test.slow();
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	const context = await browser.newContext({ baseURL: network.url, viewport: { width: 1440, height: 900 } });
	// The app asks the browser which way its language goes.
	await context.addInitScript(() => {
		Reflect.set(Intl.Locale.prototype, 'getTextInfo', () => ({ direction: 'rtl' }));
	});
	const liat = Person.at(context, await context.newPage(), hebrewName);
	await liat.createAccount();
	await liat.startConversation(await ben.accountId());
	await liat.write(hebrew);
	await ben.openRequest(hebrewName);
	await ben.write('שלום');
	await liat.sees('שלום');

	const list = await box(liat.page.getByRole('navigation', { name: 'Conversations' }));
	const main = await box(liat.page.getByRole('main'));
	expect(list.left).toBeGreaterThanOrEqual(main.right - 1);
	const [mine, theirs] = [
		await box(liat.log.getByText(hebrew)),
		await box(liat.log.getByText('שלום').last())
	];
	expect(theirs.right).toBeGreaterThan(mine.right + 20);
	await liat.composer.fill('כן');
	const composer = await box(liat.composer);
	const send = await box(liat.page.getByRole('button', { name: 'Send' }));
	expect(send.right).toBeLessThanOrEqual(composer.left + 1);

	const conversation = new URL(liat.page.url()).pathname;
	for (const path of [
		'/chats',
		conversation,
		`${conversation}/details`,
		'/chats/new',
		'/chats/contacts',
		'/chats/me',
		'/path',
		'/settings/profile',
		'/settings/blocked',
		'/settings/recovery',
		'/settings/network',
		'/settings/shortcuts',
		'/settings/about',
		'/terms'
	]) {
		await liat.page.setViewportSize({ width: 1440, height: 800 });
		await liat.goTo(path);
		await expect(liat.page).toHaveURL(path);
		await expect(liat.page.locator('html')).toHaveAttribute('dir', 'rtl');
		await expect(liat.page.getByRole('heading', { level: 1 })).toHaveCount(1);
		await expectNoSidewaysScroll(liat.page);
		await liat.page.setViewportSize({ width: 360, height: 800 });
		await expectNoSidewaysScroll(liat.page);
	}
	await liat.goTo(conversation);
	const back = liat.page.getByRole('link', { name: 'Back to chats' });
	expect((await box(back)).left).toBeGreaterThan(250);
	await expect(back.locator('svg')).toHaveCSS('transform', 'matrix(-1, 0, 0, 1, 0, 0)');
});
