import { Person } from './support/people';
import { expect, test } from './support/network';

test('a request can be declined, or its writer blocked and unblocked', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	await ada.write('First try');
	await ben.openRequest('Ada');
	await ben.page.getByRole('button', { name: 'Decline' }).click();
	await ben.page
		.getByRole('alertdialog')
		.or(ben.page.getByRole('dialog'))
		.getByRole('button', { name: 'Decline' })
		.click();
	await expect(ben.page.getByText('No requests.')).toBeVisible();

	await ada.write('Second try');
	await ben.openRequest('Ada');
	await ben.sees('Second try');
	await ben.page.getByRole('button', { name: 'Block' }).click();
	await ben.page
		.getByRole('alertdialog')
		.or(ben.page.getByRole('dialog'))
		.getByRole('button', { name: 'Block' })
		.click();
	await ada.write('Not to be seen');
	await ada.seesState('Sent');
	await ben.goTo('/chats/requests');
	await expect(ben.page.getByText('No requests.')).toBeVisible();
	await expect(ben.page.getByText('Not to be seen')).toHaveCount(0);
});

test('replying accepts, and both become contacts', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	await ada.write('Hello');
	await expect(ada.page.getByText(/wait as a request/u)).toBeVisible();
	await ben.openRequest('Ada');
	await ben.write('Hello back');
	await ada.sees('Hello back');
	await expect(ada.page.getByText(/Ben.? accepted your request/u)).toBeVisible();
	await expect(ada.page.getByText(/wait as a request/u)).toHaveCount(0);
	await expect(ben.row('Ada')).toBeVisible();
});
