import type { Localnet } from '../src/localnet/localnet';
import { expectToHaveFocus } from './support/focus';
import { Person } from './support/people';
import { expect, startAppFrom, startLocalnetOf, test } from './support/network';

const appFolder = new URL('../build', import.meta.url).pathname;

/** The network under a name of its own, so that people can tell it from others. */
function named(localnet: Localnet, name: string): Pick<Localnet, 'profile'> {
	return { profile: () => ({ ...localnet.profile(), name }) };
}

async function expectRefused({ page }: Person): Promise<void> {
	await expectToHaveFocus(page.getByRole('heading', { name: 'This address changed its network' }));
	await expect(page.getByText(/“friends \([0-9a-f]{8}\)”.*“strangers \([0-9a-f]{8}\)”/u)).toBeVisible();
	await expect(page.getByRole('link', { name: 'Create account' })).toHaveCount(0);
}

test('an address that changes its network is refused, both are named, and nothing is sent or lost', async ({
	browser,
	network
}) => {
	const friends = named(network.localnet, 'friends');
	const strangers = await startLocalnetOf('strangers');
	const reached: string[] = [];
	strangers.on('onion', () => reached.push('onion'));
	strangers.on('stored', () => reached.push('stored'));
	let app = await startAppFrom(appFolder, friends, 0);
	try {
		const ada = await Person.withAccount(browser, 'Ada', app.url);
		const ben = await Person.withAccount(browser, 'Ben', app.url);
		await ada.startConversation(await ben.accountId());
		await ada.write('Before the change');
		await ada.seesState('Sent');
		const conversation = new URL(ada.page.url()).pathname;

		await app.close();
		await expect(ada.page.getByText('The gateway does not answer.')).toBeVisible();
		await ada.write('Written while nobody answered');
		app = await startAppFrom(appFolder, named(strangers, 'strangers'), app.port);
		await expectRefused(ada);
		await ada.page.reload();
		await expectRefused(ada);
		await ada.page.goto('/');
		await expectRefused(ada);
		await expectRefused(ben);
		expect(reached).toEqual([]);

		await app.close();
		app = await startAppFrom(appFolder, friends, app.port);
		await ada.page.getByRole('button', { name: 'Try again' }).click();
		await expect(ada.page.getByRole('heading', { name: 'Chats' })).toBeVisible();
		await ada.page.goto(conversation);
		await ada.sees('Before the change');
		await ada.seesState('Sent');
		await ben.openRequest('Ada');
		await ben.sees('Written while nobody answered');
		expect(reached).toEqual([]);
	} finally {
		await app.close();
		await strangers.close();
	}
});
