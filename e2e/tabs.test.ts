import { Person } from './support/people';
import { expect, test } from './support/network';

test('several tabs show the same, and go on when the leading one closes @core', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await ada.startConversation(await ben.accountId());
	await ada.write('First');
	await ada.seesState('Sent');

	const second = await ada.openTab(new URL(ada.page.url()).pathname);
	await second.sees('First');
	await second.write('From the second tab');
	await ada.sees('From the second tab');
	await second.seesState('Sent');
	await expect(second.page.getByText(/open elsewhere/iu)).toHaveCount(0);

	await ada.page.close();
	await second.write('After the first tab closed');
	await second.seesState('Sent');
	await ben.openRequest('Ada');
	await ben.sees('After the first tab closed');
	await ben.page.getByRole('button', { name: 'Accept' }).click();
	await ben.write('Received all three');
	await second.sees('Received all three');
});
