import { Person } from './support/people';
import { expect, test } from './support/network';

test('works where service workers are blocked', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	expect(await ada.page.evaluate(() => navigator.serviceWorker.getRegistrations())).toEqual([]);
	await ada.startConversation(await ben.accountId());
	await ada.write('Hello');
	await ada.seesState('Sent');
});

test('says so where pages may keep no data', async ({ page }) => {
	await page.addInitScript(() => {
		Object.defineProperty(window, 'indexedDB', { get: () => undefined });
	});
	// The engine looks from inside its worker, where an init script does not reach.
	await page.route(/worker.*\.js/u, async (route) => {
		const response = await route.fetch();
		const body = `Object.defineProperty(self, 'indexedDB', { get: () => undefined });\n${await response.text()}`;
		await route.fulfill({ response, body });
	});
	await page.goto('/create');
	await expect(page.getByRole('heading', { name: 'Sotto cannot run here' })).toBeVisible();
	await expect(page.getByText(/does not let pages keep data/u)).toBeVisible();
});

test('says so where WebAssembly is missing', async ({ page }) => {
	await page.route(/worker.*\.js/u, async (route) => {
		const response = await route.fetch();
		const body = `delete self.WebAssembly;\n${await response.text()}`;
		await route.fulfill({ response, body });
	});
	await page.goto('/create');
	await expect(page.getByText(/does not run WebAssembly/u)).toBeVisible();
});

test('data that the browser removed is never shown as a new beginning', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await ada.page.goto('/terms');
	await ada.page.evaluate(async () => {
		for (const { name } of await indexedDB.databases()) {
			await new Promise((resolve) => {
				const request = indexedDB.deleteDatabase(name ?? '');
				request.onsuccess = request.onerror = request.onblocked = resolve;
			});
		}
	});
	await ada.page.goto('/');
	await expect(ada.page.getByRole('heading', { name: /Your browser removed Sotto/u })).toBeVisible();
	await ada.page.getByRole('link', { name: 'Restore with recovery password' }).click();
	await expect(ada.page.getByLabel('Word 1', { exact: true })).toBeVisible();
});
