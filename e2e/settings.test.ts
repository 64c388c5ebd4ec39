import { expectToHaveFocus } from './support/focus';
import { Person } from './support/people';
import { expect, test } from './support/network';

async function confirmRecovery(person: Person): Promise<void> {
	const words = await person.recoveryWords();
	await person.page.getByRole('button', { name: 'I have saved it' }).click();
	const dialog = person.page.getByRole('dialog');
	const fields = dialog.getByRole('textbox');
	await expect(fields).toHaveCount(3);
	for (const field of await fields.all()) {
		const label =
			(await field.getAttribute('aria-label')) ??
			(await dialog.locator(`label[for="${await field.getAttribute('id')}"]`).innerText());
		const number = Number(/\d+/u.exec(label)?.[0]);
		await field.fill(words[number - 1]!);
	}
	await dialog.getByRole('button', { name: 'Check' }).click();
	await expect(person.page.getByText('Your recovery password is safe.')).toBeVisible();
}

test('a new display name reaches the other with the next message', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	const conversation = ada.page.url();
	await ada.write('Hello');
	await ben.openRequest('Ada');
	await ben.write('Hello back');
	await ada.sees('Hello back');

	await ada.goTo('/settings/profile');
	await ada.page.getByLabel('Display name').fill('Ada of the Hills');
	await ada.page.getByRole('button', { name: 'Save' }).click();
	await ada.goTo(conversation);
	await ada.write('I have a new name');
	await ben.sees('I have a new name');
	await expect(ben.row('Ada of the Hills')).toBeVisible();
});

test('theme and accent are chosen, and still there before the first paint of the next start', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await ada.goTo('/settings/appearance');
	// The picture of the choice lies over its radio button.
	await ada.page.getByRole('radio', { name: 'Dark' }).check({ force: true });
	await ada.page.getByRole('radio', { name: 'Madder' }).check({ force: true });
	await ada.page.goto('/chats');
	const root = ada.page.locator('html');
	await expect(root).toHaveAttribute('data-theme', 'dark');
	await expect(root).toHaveAttribute('data-accent', 'madder');
});

test('the recovery password is confirmed by entering words of it', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await confirmRecovery(ada);
	await expect(ada.page.getByRole('link', { name: /Save your recovery password/u })).toHaveCount(0);
});

test('after a few conversations the list reminds of the recovery password, until it is saved or put away', async ({
	browser,
	network
}) => {
	const people = ['5a', '5b', '5c'].map((byte) => `05${byte.repeat(32)}`);
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const list = ada.page.getByRole('navigation', { name: 'Conversations' });
	const reminder = list.getByRole('link', { name: /Save your recovery password/u });
	for (const [index, id] of people.entries()) {
		await ada.startConversation(id);
		await ada.write('Hello');
		await expect(list.getByText('Hello')).toHaveCount(index + 1);
		await expect(reminder).toHaveCount(index < 2 ? 0 : 1);
	}
	await reminder.click();
	await expect(ada.page.getByRole('heading', { name: 'Recovery password' })).toBeVisible();
	await confirmRecovery(ada);
	await ada.goTo('/chats');
	await expect(list.getByText('Hello')).toHaveCount(3);
	await expect(reminder).toHaveCount(0);

	const ben = await Person.withAccount(browser, 'Ben', network.url);
	for (const id of people) {
		await ben.startConversation(id);
		await ben.write('Hello');
	}
	const benList = ben.page.getByRole('navigation', { name: 'Conversations' });
	await benList.getByRole('button', { name: 'Not now' }).click();
	await expect(benList.getByRole('link', { name: /Save your/u })).toHaveCount(0);
	await expectToHaveFocus(benList.getByRole('link', { name: /Hello/u }).first());
	await ben.page.reload();
	await expect(benList.getByText('Hello')).toHaveCount(3);
	await expect(benList.getByRole('link', { name: /Save your/u })).toHaveCount(0);
	await ben.goTo('/settings');
	await expect(ben.page.getByRole('link', { name: /Save your/u })).toBeVisible();
});

test('the browser is asked to keep the data once, with the first message, and again from the settings', async ({
	browser,
	network
}) => {
	const ada = await Person.arrive(browser, 'Ada', network.url);
	let asked = 0;
	await ada.context.exposeFunction('askedToKeep', () => ++asked);
	await ada.context.addInitScript(() => {
		StorageManager.prototype.persist = () => {
			const noted = (Reflect.get(window, 'askedToKeep') as () => Promise<number>)();
			return noted.then(() => false);
		};
	});
	await ada.createAccount();
	await ada.startConversation(`05${'5a'.repeat(32)}`);
	expect(asked).toBe(0);
	await ada.write('First');
	await expect.poll(() => asked).toBe(1);
	await ada.write('Second');
	await ada.page.reload();
	await ada.write('Third');
	await ada.goTo('/settings/storage');
	expect(asked).toBe(1);
	await ada.page.getByRole('button', { name: 'Ask the browser to keep it' }).click();
	await expect(ada.page.getByText(/It refused for now/u)).toBeVisible();
	expect(asked).toBe(2);
});

test('the path view names three different nodes for each path', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await ada.goTo('/path');
	await expect(ada.page.getByText(/The last request took/u).first()).toBeVisible();
	const text = await ada.page.getByRole('main').innerText();
	const addresses = text.match(/127\.0\.\d+\.1/gu) ?? [];
	expect(addresses.length).toBeGreaterThanOrEqual(3);
	expect(new Set(addresses.slice(0, 3)).size).toBe(3);
});

test('deleting the account leaves nothing, and the landing page is back @core', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await ada.goTo('/settings/delete');
	await ada.page.getByRole('button', { name: 'Delete', exact: true }).click();
	await expect(ada.page.getByText('Type the word “delete” first.')).toBeVisible();
	await ada.page.getByLabel(/Type “delete” to confirm/u).fill('delete');
	await ada.page.getByRole('button', { name: 'Delete', exact: true }).click();
	await expect(ada.page.getByRole('link', { name: 'Create account' })).toBeVisible();
	await ada.page.reload();
	await expect(ada.page.getByRole('link', { name: 'Create account' })).toBeVisible();
	const databases = await ada.page.evaluate(async () => (await indexedDB.databases()).length);
	expect(databases).toBeLessThanOrEqual(1);
});
