import { Person } from './support/people';
import { expect, test } from './support/network';

test('tells precisely what is wrong with an address', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	await ada.goTo('/chats/new');
	const field = ada.page.getByLabel('Account ID or Session name');
	const go = ada.page.getByRole('button', { name: 'Continue' });
	const cases: [input: string, words: string | RegExp][] = [
		[`05${'ab'.repeat(30)}`, /62 of 66 characters/u],
		[`05${'ab'.repeat(33)}`, /68 characters/u],
		[`15${'ab'.repeat(32)}`, /hidden ID from a community/u],
		[`25${'ab'.repeat(32)}`, /hidden ID from a community/u],
		[`03${'ab'.repeat(32)}`, /ID of a group/u],
		[`07${'ab'.repeat(32)}`, /begins with 05/u],
		[`05${'xy'.repeat(32)}`, /only the digits/u],
		['who is this?', /only letters, digits/u],
		['nobody-has-this', 'Nobody has registered the name “nobody-has-this”.']
	];
	for (const [input, words] of cases) {
		await field.fill(input);
		await go.click();
		await expect(ada.page.getByText(words).first()).toBeVisible();
		expect(new URL(ada.page.url()).pathname).toBe('/chats/new');
	}
});

test('finds a person by their registered name @core', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	const benId = await ben.accountId();
	network.localnet.registerName(
		'ben-of-the-hills',
		benId as Parameters<typeof network.localnet.registerName>[1]
	);
	await ada.startConversation('Ben-of-the-Hills');
	await ada.write('Found you by name');
	await ada.seesState('Sent');
	await ben.openRequest('Ada');
	await ben.sees('Found you by name');
});

test('leads my own Account ID to the note to self', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const id = await ada.accountId();
	await ada.goTo('/chats/new');
	await ada.page.getByLabel('Account ID or Session name').fill(id);
	await expect(ada.page.getByText('This is your own Account ID.')).toBeVisible();
	await ada.page.getByRole('button', { name: 'Open Note to Self' }).click();
	await ada.write('Gate code is on the fridge');
	await expect(ada.row('Note to Self')).toBeVisible();
});

test('no address of a page ever holds an Account ID', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	const seen: string[] = [];
	ada.page.on('framenavigated', (frame) => seen.push(frame.url()));
	const benId = await ben.accountId();
	await ada.startConversation(benId);
	await ada.write('Hello');
	await ada.goTo(`${new URL(ada.page.url()).pathname}/details`);
	await expect(ada.page.getByRole('heading', { name: 'Details' })).toBeVisible();
	expect(seen.length).toBeGreaterThan(1);
	expect(seen.filter((url) => url.includes(benId))).toEqual([]);
});
