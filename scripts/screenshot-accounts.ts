/** Pictures of what an account is on several devices, of several accounts in one browser, and of their end. */
import type { Browser, Page } from 'playwright';
import { Person } from '../e2e/support/people';
import type { TestNetwork } from '../e2e/support/network';
import { newSeed } from '../src/protocol/identity';
import { encodeRecovery } from '../src/protocol/mnemonic';
import { sodiumReady } from '../src/protocol/sodium';
import { sizes, type Shoot } from './screenshot-camera';

/** The account in a second browser, while the network is slow to answer and afterwards; what it changes shows on the first. */
export async function onAnotherDevice(
	browser: Browser,
	person: Person,
	{ url }: TestNetwork,
	shoot: Shoot
): Promise<void> {
	const words = await person.recoveryWords();
	const library = await Person.arrive(browser, person.name, url);
	let answer: () => void = () => undefined;
	const answered = new Promise<void>((resolve) => (answer = resolve));
	await library.context.route('**/api/onion/**', async (route) => {
		await answered;
		await route.continue();
	});
	await restore(library.page, words);
	await library.page.getByRole('heading', { name: 'Welcome back' }).waitFor();
	await shoot(library.page, 'restoring');
	answer();
	await library.page.getByRole('button', { name: 'Open Sotto' }).waitFor({ timeout: 60_000 });
	await shoot(library.page, 'restored');
	await library.page.getByRole('button', { name: 'Open Sotto' }).click();
	await library.page.getByRole('heading', { name: 'Chats' }).waitFor();
	await library.page.goto('/settings/profile');
	await library.page.getByLabel('Display name').fill('Elin V.');
	await library.page.getByRole('button', { name: 'Save' }).click();

	await person.page.setViewportSize(sizes[0]);
	await person.page.goto('/chats');
	await person.page.getByRole('link', { name: 'Settings and account' }).waitFor();
	await person.page.locator('a[href="/settings/devices"]').waitFor({ timeout: 60_000 });
	await shoot(person.page, 'elsewhere');
	await person.page.goto('/settings/devices');
	await shoot(person.page, 'devices');
	await library.leave();
}

/** A recovery password of which the network knows no name. */
export async function withoutName(browser: Browser, { url }: TestNetwork, shoot: Shoot): Promise<void> {
	await sodiumReady;
	const seed = newSeed((length) => globalThis.crypto.getRandomValues(new Uint8Array(length)));
	const { page, context } = await Person.arrive(browser, '', url);
	await restore(page, encodeRecovery(seed));
	await page.getByRole('heading', { name: 'What should people call you?' }).waitFor({ timeout: 60_000 });
	await shoot(page, 'restore-name');
	await context.close();
}

export async function severalAccounts({ page }: Person, shoot: Shoot): Promise<void> {
	await page.goto('/add');
	await page.getByRole('link', { name: 'Create a new account' }).waitFor();
	await shoot(page, 'add');
	await page.getByRole('link', { name: 'Create a new account' }).click();
	await page.getByLabel('Display name').fill('Dr. Vasquez, Kinderärztin');
	await page.getByRole('button', { name: 'Create account' }).click();
	await page.getByRole('heading', { name: 'Chats' }).waitFor();
	await page.getByRole('button', { name: /^Accounts and settings/u }).click();
	await page.getByRole('menu').waitFor();
	await shoot(page, 'accounts-menu');
	await page.setViewportSize(sizes[0]);
	await page.goto('/settings');
	await page.getByRole('link', { name: 'Add an account' }).waitFor();
	await shoot(page, 'accounts');
}

/** The account that is shown goes from the network, as far as its nodes prove it. */
export async function deletion({ page }: Person, { localnet }: TestNetwork, shoot: Shoot): Promise<void> {
	const down = [...new Map(localnet.nodes.map((node) => [node.swarm, node])).values()];
	for (const node of down) await localnet.faults.kill(node);
	await page.goto('/settings/delete');
	await page.getByRole('radio', { name: 'This device and the network' }).check();
	await page.getByLabel(/Type “delete” to confirm/u).fill('delete');
	await shoot(page, 'delete-everywhere');
	await page.getByRole('button', { name: 'Delete', exact: true }).click();
	await page.getByRole('heading', { name: 'Not every node confirmed' }).waitFor({ timeout: 120_000 });
	await shoot(page, 'delete-result');
	for (const node of down) await localnet.faults.revive(node);
}

async function restore(page: Page, words: readonly string[]): Promise<void> {
	await page.goto('/restore');
	for (const [index, word] of words.entries()) {
		await page.getByLabel(`Word ${index + 1}`, { exact: true }).fill(word);
	}
	await page.getByRole('button', { name: 'Restore account' }).click();
}
