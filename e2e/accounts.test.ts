import { Person } from './support/people';
import { expectToHaveFocus } from './support/focus';
import { expect, test } from './support/network';

function accountButton({ page }: Person) {
	return page.getByRole('button', { name: /^Accounts and settings/u });
}

/** From the card that stands beside an empty list. */
async function idOnCard({ page }: Person): Promise<string> {
	const text = await page.getByLabel('Your Account ID', { exact: true }).first().innerText();
	const id = text.replace(/\s+/gu, '');
	expect(id).toMatch(/05[0-9a-f]{64}/u);
	return /05[0-9a-f]{64}/u.exec(id)?.[0] ?? '';
}

async function addAccount({ page }: Person, name: string): Promise<void> {
	await page.getByRole('link', { name: 'Settings and account' }).click();
	await page.getByRole('link', { name: 'Add an account' }).click();
	await page.getByRole('link', { name: 'Create a new account' }).click();
	await page.getByLabel('Display name').fill(name);
	await page.getByRole('button', { name: 'Create account' }).click();
	await expect(page.getByRole('heading', { name: 'Chats' })).toBeVisible();
}

async function writeTo(person: Person, accountId: string, text: string): Promise<void> {
	await person.page.getByRole('link', { name: 'New message' }).first().click();
	await person.page.getByLabel('Account ID or Session name').fill(accountId);
	await person.page.getByRole('button', { name: 'Continue' }).click();
	await person.write(text);
}

async function acceptFrom(person: Person, name: string, text: string): Promise<void> {
	await person.page.getByRole('link', { name: /Message requests/u }).click();
	await person.page.getByRole('link', { name }).click();
	await person.sees(text);
	await person.page.getByRole('button', { name: 'Accept' }).click();
}

async function expectShown(person: Person, name: string): Promise<void> {
	await expect(accountButton(person)).toHaveAccessibleName(new RegExp(`now .?${name}.?(,|$)`, 'u'));
}

test('two accounts of one browser both receive, are switched between, and one is deleted', async ({
	browser,
	network
}) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	const adaId = await idOnCard(ada);
	await addAccount(ada, 'Work');
	await expectShown(ada, 'Work');
	const workId = await idOnCard(ada);
	expect(workId).not.toBe(adaId);

	await writeTo(ben, workId, 'To work');
	await writeTo(ben, adaId, 'To Ada');
	await acceptFrom(ada, 'Ben', 'To work');
	const workConversation = new URL(ada.page.url()).pathname;

	// With the pointer to the other one, which received while nobody looked.
	await accountButton(ada).click();
	await ada.page.getByRole('menuitem', { name: 'Ada' }).click();
	await expectShown(ada, 'Ada');
	await expectToHaveFocus(accountButton(ada));
	await expect(ada.row('Ben')).toHaveCount(0);
	await acceptFrom(ada, 'Ben', 'To Ada');

	// An address of the other account leads to the list of this one.
	await ada.page.goto(workConversation);
	await expect(ada.page.getByText('That conversation is not in this account.')).toBeVisible();
	await expect(ada.page).toHaveURL(/\/chats$/u);

	// With the keyboard back; what comes for the one that is not shown is counted.
	await ada.page.bringToFront();
	await ada.page.keyboard.press('a');
	await expectToHaveFocus(ada.page.getByRole('menuitem', { name: /^Ada.*shown now/u }));
	await ada.page.keyboard.press('ArrowDown');
	await expectToHaveFocus(ada.page.getByRole('menuitem', { name: /^Work/u }));
	await ada.page.keyboard.press('Enter');
	await expectShown(ada, 'Work');
	await ben.write('Are you still there?');
	await expect(accountButton(ada)).toHaveAccessibleName(/1 unread message in other accounts/u);

	// Tabs show what they were opened on, and the next one what was chosen last.
	const second = await ada.openTab();
	await expectShown(second, 'Work');
	await accountButton(second).click();
	await second.page.getByRole('menuitem', { name: /^Ada/u }).click();
	await expectShown(second, 'Ada');
	await expect(second.row('Ben')).toContainText('Are you still there?');
	await expectShown(ada, 'Work');

	// Deleting the one leaves the other, in every tab.
	await accountButton(second).click();
	await second.page.getByRole('menuitem', { name: 'Settings' }).click();
	await second.page.getByRole('link', { name: 'Delete account…' }).click();
	await expect(second.page.getByText('Account: Ada', { exact: false })).toBeVisible();
	await second.page.getByLabel(/Type “delete” to confirm/u).fill('delete');
	await second.page.getByRole('button', { name: 'Delete', exact: true }).click();
	for (const tab of [ada, second]) {
		await expect(tab.page.getByRole('link', { name: 'Settings and account' })).toBeVisible();
		await expect(tab.row('Ben')).toContainText('To work');
	}
});

test('an account is deleted from the network too, or only here when a node does not confirm', async ({
	browser,
	network
}) => {
	const { localnet } = network;
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const id = await idOnCard(ada);
	const everywhere = async (): Promise<void> => {
		await ada.page.getByRole('radio', { name: 'This device and the network' }).check();
		await ada.page.getByLabel(/Type “delete” to confirm/u).fill('delete');
		await ada.page.getByRole('button', { name: 'Delete', exact: true }).click();
	};

	const ben = await Person.withAccount(browser, 'Ben', network.url);
	await writeTo(ben, id, 'Kept by the swarm');
	await ben.seesState('Sent');
	expect(localnet.storedHashes(id).length).toBeGreaterThan(0);

	// One node of every swarm is down.
	const down = [...new Map(localnet.nodes.map((node) => [node.swarm, node])).values()];
	for (const node of down) await localnet.faults.kill(node);
	try {
		await ada.page.getByRole('link', { name: 'Settings and account' }).click();
		await ada.page.getByRole('link', { name: 'Delete account…' }).click();
		await everywhere();
		await expect(ada.page.getByRole('heading', { name: 'Not every node confirmed' })).toBeVisible({
			timeout: 60_000
		});
		await expect(ada.page.getByText('Did not answer').first()).toBeVisible();
	} finally {
		for (const node of down) await localnet.faults.revive(node);
	}
	await ada.page.getByRole('button', { name: 'Keep the account' }).click();
	await everywhere();
	await expect(ada.page.getByRole('link', { name: 'Create account' })).toBeVisible({ timeout: 60_000 });
	expect(localnet.storedHashes(id)).toEqual([]);
});
