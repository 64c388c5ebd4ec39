import { Person } from './support/people';
import { expect, test } from './support/network';

test.use({ serviceWorkers: 'allow' });

test('two people meet, talk, lose the network, and one moves on to a third browser @core', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada Löfgren', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	const [adaId, benId] = [await ada.accountId(), await ben.accountId()];

	await ada.startConversation(benId);
	await ada.write('Hello Ben, this is Ada.');
	await ada.seesState('Sent');

	await ben.openRequest('Ada Löfgren');
	await ben.sees('Hello Ben, this is Ada.');
	await ben.page.getByRole('button', { name: 'Accept' }).click();
	await ben.write('Good to hear from you 🙂');
	await ada.sees('Good to hear from you 🙂');
	await ada.write('See you on Thursday?');
	await ben.sees('See you on Thursday?');

	await ben.context.setOffline(true);
	await ben.write('Yes, half past twelve.');
	await ben.seesState('Goes when you are back online');
	await ben.context.setOffline(false);
	await ben.seesState('Sent');
	await ada.sees('Yes, half past twelve.');

	const words = await ada.recoveryWords();
	const again = await Person.arrive(browser, 'Ada Löfgren', network.url);
	await again.restoreAccount(words);
	expect(await again.accountId()).toBe(adaId);
	await again.openConversation('Ben');
	await again.sees('Good to hear from you 🙂');
	await again.sees('See you on Thursday?');

	await again.write('Written in the third browser.');
	await ben.sees('Written in the third browser.');
	await ada.openConversation('Ben');
	await ada.sees('Written in the third browser.');
});
