import { Person } from './support/people';
import { expect, test } from './support/network';

test.use({ serviceWorkers: 'allow' });

/** Every file is in the app's own copy: the service worker is active and serves the next load. */
async function untilKept({ page }: Person): Promise<void> {
	await page.evaluate(async () => {
		await navigator.serviceWorker.ready;
	});
	await page.reload();
	await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
}

test('closed and opened again without a network, all is there, and what is written goes out later @core', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	await ada.write('Before the tunnel');
	await ada.seesState('Sent');
	await untilKept(ada);

	await ada.context.setOffline(true);
	const address = ada.page.url();
	await ada.page.close();
	const page = await ada.context.newPage();
	await page.goto(address);
	const offline = Person.at(ada.context, page, 'Ada');
	await offline.sees('Before the tunnel');
	await expect(page.getByRole('status').filter({ hasText: 'Offline' })).toBeVisible();
	await offline.write('Written in the tunnel');
	await offline.seesState('Goes when you are back online');
	await page.reload();
	await offline.sees('Written in the tunnel');

	await ada.context.setOffline(false);
	await offline.seesState('Sent');
	await ben.openRequest('Ada');
	await ben.sees('Written in the tunnel');
});

test('a draft is still there after a reload', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	await ada.composer.fill('Half a thought');
	await ada.page.goto('/chats');
	await ada.page.goBack();
	await expect(ada.composer).toHaveValue('Half a thought');
	await ada.page.reload();
	await expect(ada.composer).toHaveValue('Half a thought');
});
