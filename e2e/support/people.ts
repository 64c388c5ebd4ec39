import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';

/** By a link in sight, as people go; by the address where there is none. */
export async function goTo(page: Page, path: string): Promise<void> {
	const link = page.locator(`a[href="${path}"]:visible`).first();
	if (await link.isVisible()) await link.click();
	else await page.goto(path);
}

/** Somebody at a browser of their own. Does what a person does, through what a person sees. */
export class Person {
	private constructor(
		readonly name: string,
		readonly context: BrowserContext,
		readonly page: Page
	) {}

	/** A fresh browser: nothing stored, no service worker. */
	static async arrive(browser: Browser, name: string, url: string): Promise<Person> {
		const context = await browser.newContext({ baseURL: url });
		return Person.at(context, await context.newPage(), name);
	}

	static at(context: BrowserContext, page: Page, name: string): Person {
		return new Person(name, context, page);
	}

	static async withAccount(browser: Browser, name: string, url: string): Promise<Person> {
		const person = await Person.arrive(browser, name, url);
		await person.createAccount();
		return person;
	}

	/** Another tab of the same browser. */
	async openTab(path = '/chats'): Promise<Person> {
		const page = await this.context.newPage();
		await page.goto(path);
		return Person.at(this.context, page, this.name);
	}

	goTo(path: string): Promise<void> {
		return goTo(this.page, path);
	}

	async createAccount(): Promise<void> {
		await this.page.goto('/');
		await this.page.getByRole('link', { name: 'Create account' }).click();
		await this.page.getByLabel('Display name').fill(this.name);
		await this.page.getByRole('button', { name: 'Create account' }).click();
		await expect(this.page.getByRole('heading', { name: 'Chats' })).toBeVisible();
	}

	/** Typed word by word, the way a careful person does. */
	async restoreAccount(words: readonly string[]): Promise<void> {
		await this.page.goto('/');
		await this.page.getByRole('link', { name: 'I have an account' }).click();
		for (const [index, word] of words.entries()) {
			await this.page.getByLabel(`Word ${index + 1}`, { exact: true }).fill(word);
		}
		await this.page.getByRole('button', { name: 'Restore account' }).click();
		await this.page.getByRole('button', { name: /Open Sotto|Continue in background/u }).click();
		await expect(this.page.getByRole('heading', { name: 'Chats' })).toBeVisible();
	}

	async accountId(): Promise<string> {
		const block = this.page.getByLabel('Your Account ID', { exact: true }).first();
		if (!(await block.isVisible())) await this.goTo('/chats/me');
		await expect(block).toBeVisible();
		const text = await block.innerText();
		const id = /05(?:\s*[0-9a-f]{4}){16}/u.exec(text)?.[0].replace(/\s+/gu, '');
		expect(id).toMatch(/^05[0-9a-f]{64}$/u);
		return id ?? '';
	}

	async recoveryWords(): Promise<string[]> {
		await this.goTo('/settings/recovery');
		await this.page.getByRole('button', { name: 'Show recovery password' }).click();
		const words = this.page.getByRole('list', { name: 'Your 13 words' }).getByRole('listitem');
		await expect(words).toHaveCount(13);
		return (await words.allInnerTexts()).map((word) => word.replace(/[^a-z]/gu, ''));
	}

	/** New message → Account ID → the conversation. */
	async startConversation(accountId: string): Promise<void> {
		await this.goTo('/chats/new');
		await this.page.getByLabel('Account ID or Session name').fill(accountId);
		await this.page.getByRole('button', { name: 'Continue' }).click();
		await expect(this.composer).toBeVisible();
	}

	get composer() {
		return this.page.getByRole('textbox', { name: /^Message/u });
	}

	get log() {
		return this.page.getByRole('log');
	}

	async write(text: string): Promise<void> {
		await this.composer.fill(text);
		await this.composer.press('Enter');
		await expect(this.log.getByText(text, { exact: true })).toBeVisible();
	}

	async openConversation(name: string): Promise<void> {
		if (!(await this.row(name).isVisible())) await this.goTo('/chats');
		await this.row(name).click();
		await expect(this.composer).toBeVisible();
	}

	row(name: string) {
		return this.page.getByRole('navigation', { name: 'Conversations' }).getByRole('link', { name });
	}

	async openRequest(name: string): Promise<void> {
		const requests = this.page.getByRole('link', { name: /Message requests/u });
		if (!(await requests.isVisible())) await this.goTo('/chats');
		await requests.click();
		await this.page.getByRole('link', { name }).click();
	}

	async sees(text: string): Promise<void> {
		await expect(this.log.getByText(text, { exact: true })).toBeVisible();
	}

	/** The newest message, mine, carries this word. */
	async seesState(state: string | RegExp): Promise<void> {
		await expect(this.log.getByRole('article').last()).toContainText(state);
	}

	async leave(): Promise<void> {
		await this.context.close();
	}
}
