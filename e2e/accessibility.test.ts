import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { Person } from './support/people';
import { expect, test } from './support/network';

const themes = ['light', 'dark'] as const;

async function findings(page: Page): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page })
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
		.analyze();
	return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}

for (const theme of themes) {
	test(`axe finds nothing on the screens before an account, ${theme}`, async ({ browser, network }) => {
		const context = await browser.newContext({ baseURL: network.url, colorScheme: theme });
		const page = await context.newPage();
		for (const path of ['/', '/create', '/restore', '/terms', '/privacy', '/source', '/nowhere']) {
			await page.goto(path);
			await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
			expect(await findings(page), path).toEqual([]);
		}
		await context.close();
	});

	test(`axe finds nothing on the screens of an account, ${theme}`, async ({ browser, network }) => {
		const context = await browser.newContext({ baseURL: network.url, colorScheme: theme });
		const ada = Person.at(context, await context.newPage(), 'Ada');
		await ada.createAccount();
		const ben = await Person.withAccount(browser, 'Ben', network.url);
		expect(await findings(ada.page), 'first screen').toEqual([]);

		await ben.startConversation(await ada.accountId());
		await ben.write('May I write to you? https://example.org');
		await ada.openRequest('Ben');
		await ada.sees('May I write to you? https://example.org');
		expect(await findings(ada.page), 'request').toEqual([]);
		await ada.page.goto('/chats/requests');
		await expect(ada.page.getByRole('link', { name: 'Ben' })).toBeVisible();
		expect(await findings(ada.page), 'requests').toEqual([]);
		await ada.openRequest('Ben');
		await ada.write('Yes');
		const conversation = new URL(ada.page.url()).pathname;
		for (const path of [
			'/chats',
			conversation,
			`${conversation}/details`,
			'/chats/new',
			'/chats/me',
			'/path',
			'/settings',
			'/settings/profile',
			'/settings/appearance',
			'/settings/recovery',
			'/settings/network',
			'/settings/storage',
			'/settings/diagnostics',
			'/settings/shortcuts',
			'/settings/about',
			'/settings/delete'
		]) {
			await ada.page.goto(path);
			await expect(ada.page.getByRole('heading', { level: 1 })).toHaveCount(1);
			expect(await findings(ada.page), path).toEqual([]);
		}
		await ada.page.goto('/settings/recovery');
		await ada.page.getByRole('button', { name: 'Show recovery password' }).click();
		await expect(ada.page.getByRole('list', { name: 'Your 13 words' })).toBeVisible();
		expect(await findings(ada.page), 'recovery words').toEqual([]);
		await ada.page.goto(conversation);
		await ada.page.getByRole('link', { name: 'https://example.org' }).click();
		await expect(ada.page.getByRole('dialog').or(ada.page.getByRole('alertdialog'))).toBeVisible();
		expect(await findings(ada.page), 'link dialog').toEqual([]);
		await context.close();
	});
}
