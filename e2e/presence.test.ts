import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { findChromium } from '../scripts/browsers';
import { Person } from './support/people';
import { expect, test } from './support/network';

test.use({ serviceWorkers: 'allow' });

/** What the system shows now, as the service worker knows it. */
function notifications(page: Page): Promise<{ title: string; body: string }[]> {
	return page.evaluate(async () => {
		const registration = await navigator.serviceWorker.getRegistration();
		const shown = (await registration?.getNotifications()) ?? [];
		return shown.map(({ title, body }) => ({ title, body }));
	});
}

/** What a new window is opened with where no tab is left. */
function firstAddress(page: Page): Promise<string> {
	return page.evaluate(async () => {
		const registration = await navigator.serviceWorker.getRegistration();
		const [shown] = (await registration?.getNotifications()) ?? [];
		return (shown?.data as { address: string }).address;
	});
}

/** A browser that has not asked yet and will be told yes. */
async function wouldAllow(context: BrowserContext, origin: string): Promise<void> {
	await context.grantPermissions(['notifications'], { origin });
	await context.addInitScript(() => {
		const asked = 'test:asked';
		Object.defineProperty(Notification, 'permission', {
			get: () => (localStorage.getItem(asked) === null ? 'default' : 'granted')
		});
		Notification.requestPermission = () => {
			localStorage.setItem(asked, '1');
			return Promise.resolve('granted');
		};
	});
}

async function chooseNotifications(person: Person, content: string): Promise<void> {
	await person.page.getByRole('link', { name: 'Notifications', exact: true }).click();
	// The picture of the choice lies over its radio button.
	await person.page.getByRole('radio', { name: content }).check({ force: true });
}

async function switchOn(person: Person, name: string): Promise<void> {
	await person.page.goto('/settings/privacy');
	const button = person.page.getByRole('switch', { name });
	await expect(button).toHaveAttribute('aria-checked', 'false');
	await button.click();
	await expect(button).toHaveAttribute('aria-checked', 'true');
}

/** Waits until the service worker can show something. */
async function workerReady(page: Page): Promise<void> {
	await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
}

/** What a click on the first notification does; no page can click the system's own. */
async function clickNotification(context: BrowserContext): Promise<void> {
	const [worker] = context.serviceWorkers();
	await worker?.evaluate(async () => {
		const scope = globalThis as unknown as {
			registration: ServiceWorkerRegistration;
			NotificationEvent: new (type: string, options: object) => Event;
			dispatchEvent(event: Event): void;
		};
		const [notification] = await scope.registration.getNotifications();
		scope.dispatchEvent(new scope.NotificationEvent('notificationclick', { notification }));
	});
}

test('read receipts and typing are off at first, and go both ways for those who switch them on', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	await ada.write('Hello');
	await ben.openRequest('Ada');
	await ben.write('Hello Ada');
	await ada.sees('Hello Ada');

	for (const person of [ada, ben]) {
		await switchOn(person, 'Read receipts');
		await switchOn(person, 'Typing indicators');
	}
	await ada.openConversation('Ben');
	await ben.openConversation('Ada');
	await ada.write('Have you read this?');
	await ben.sees('Have you read this?');
	await ada.seesState('Read');
	await expect(ada.row('Ben').getByRole('img', { name: 'Read' })).toBeVisible();

	await ben.composer.pressSequentially('Ye');
	await expect(ada.row('Ben').getByText('typing…')).toBeVisible();
	await expect(ada.page.getByRole('main').getByText('typing…')).toBeVisible();
	await expect(ada.log.getByRole('status').getByText('Ben is typing')).toBeAttached();
	await ben.composer.press('s');
	await ben.composer.press('Enter');
	await ada.sees('Yes');
	await expect(ada.page.getByText('typing…')).toHaveCount(0);
});

test('notifications are offered once somebody wrote, say what the person chose, and lead to the conversation @chromium', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	// The headless shell has no notifications.
	const desktop = await chromium.launch({ ...findChromium()?.launchOptions });
	const ben = await Person.arrive(desktop, 'Ben', network.url);
	await wouldAllow(ben.context, network.url);
	await ben.createAccount();
	const offer = ben.page.getByText('Be told when a message comes while you look elsewhere?');
	await expect(offer).toHaveCount(0);
	const benId = await ben.accountId();
	await ben.goTo('/chats');
	await ada.startConversation(benId);
	await ada.write('A secret of mine');

	// The first message came: now it makes sense.
	await expect(offer).toBeVisible();
	await ben.page.getByRole('button', { name: 'Turn on' }).click();
	await expect(offer).toHaveCount(0);
	await workerReady(ben.page);
	await ben.openRequest('Ada');
	await ben.write('Go on');
	await ada.sees('Go on');
	const conversation = new URL(ben.page.url()).pathname;

	await ben.page.getByRole('link', { name: 'Settings and account' }).click();
	await ada.write('One');
	await expect.poll(() => notifications(ben.page)).toEqual([{ title: 'Sotto', body: 'New message' }]);
	await expect(ben.page).toHaveTitle(/^\(1\) /u);

	await chooseNotifications(ben, 'Name only');
	await ada.write('Two');
	await expect.poll(() => notifications(ben.page)).toEqual([{ title: 'Ada', body: '2 new messages' }]);
	await expect(ben.page).toHaveTitle('(2) Notifications · Sotto');

	await chooseNotifications(ben, 'Name and text');
	await ada.write('Three');
	await expect.poll(() => notifications(ben.page)).toEqual([{ title: 'Ada (3)', body: 'Three' }]);

	await clickNotification(ben.context);
	await expect.poll(() => new URL(ben.page.url()).pathname).toBe(conversation);
	await ben.sees('Three');
	await expect.poll(() => notifications(ben.page)).toEqual([]);
	await expect(ben.page).toHaveTitle(/^Conversation/u);

	// Nothing comes of what is on screen, and what was read in one tab leaves every other.
	await ada.write('Four');
	await ben.sees('Four');
	expect(await notifications(ben.page)).toEqual([]);
	await ben.page.getByRole('link', { name: 'Settings and account' }).click();
	await ada.write('Five');
	await expect.poll(() => notifications(ben.page)).toHaveLength(1);
	const second = await ben.openTab(conversation);
	await second.sees('Five');
	await expect.poll(() => notifications(ben.page)).toEqual([]);

	// Strangers are announced without a word of theirs.
	const carol = await Person.withAccount(browser, 'Carol', network.url);
	await carol.startConversation(benId);
	await carol.write('Buy something');
	await expect
		.poll(() => notifications(ben.page))
		.toEqual([{ title: 'Sotto', body: 'You have a new message request.' }]);
	await clickNotification(ben.context);
	await expect
		.poll(() => [ben.page.url(), second.page.url()].some((url) => url.endsWith('/chats/requests')))
		.toBe(true);
	await second.page.close();

	// Another account of the browser notifies as well, and a click leads into it.
	await ben.page.goto('/settings');
	await ben.page.getByRole('link', { name: 'Add an account' }).click();
	await ben.page.getByRole('link', { name: 'Create a new account' }).click();
	await ben.page.getByLabel('Display name').fill('Work');
	await ben.page.getByRole('button', { name: 'Create account' }).click();
	await expect(ben.page.getByRole('heading', { name: 'Chats' })).toBeVisible();
	await ada.write('Six');
	await expect.poll(() => notifications(ben.page)).toEqual([{ title: 'Ada · Ben', body: 'Six' }]);
	const window = await ben.openTab(await firstAddress(ben.page));
	await window.sees('Six');
	await expect.poll(() => notifications(ben.page)).toEqual([]);
	await window.page.close();
	await ada.write('Seven');
	await expect.poll(() => notifications(ben.page)).toHaveLength(1);
	await clickNotification(ben.context);
	await ben.sees('Seven');
	expect(new URL(ben.page.url()).pathname).toBe(conversation);
	await desktop.close();
});
