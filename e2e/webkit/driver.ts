/**
 * Drives WebKitGTK's MiniBrowser through WebKitWebDriver: Playwright cannot. Every person has a driver process, and
 * with it a browser and storage, of their own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { Builder, By, Capabilities, error, until, type WebDriver, type WebElement } from 'selenium-webdriver';

const patienceMs = 60_000;

/** Debian keeps it beside the library, in a folder named after the machine's architecture. */
function miniBrowser(): string {
	const found = readdirSync('/usr/lib')
		.map((folder) => `/usr/lib/${folder}/webkit2gtk-4.1/MiniBrowser`)
		.find((path) => existsSync(path));
	if (found === undefined) throw new Error('MiniBrowser of WebKitGTK is not installed');
	return found;
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() =>
				address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))
			);
		});
	});
}

export class WebKitPerson {
	private constructor(
		private readonly process: ChildProcess,
		private readonly driver: WebDriver,
		private readonly url: string
	) {}

	static async arrive(url: string): Promise<WebKitPerson> {
		const port = await freePort();
		const child = spawn('WebKitWebDriver', [`--port=${port}`], { stdio: 'ignore' });
		const capabilities = new Capabilities({
			browserName: 'MiniBrowser',
			'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] }
		});
		const server = `http://127.0.0.1:${port}`;
		for (let attempt = 0; ; attempt++) {
			try {
				await fetch(`${server}/status`);
				break;
			} catch (cause) {
				if (attempt > 50) throw new Error('WebKitWebDriver does not answer', { cause });
				await new Promise((resolve) => setTimeout(resolve, 200));
			}
		}
		const driver = await new Builder().usingServer(server).withCapabilities(capabilities).build();
		return new WebKitPerson(child, driver, url);
	}

	async go(path: string): Promise<void> {
		await this.driver.get(this.url + path);
	}

	/** Waits until the element is there and shown. */
	async #find(xpath: string): Promise<WebElement> {
		const element = await this.driver.wait(
			until.elementLocated(By.xpath(xpath)),
			patienceMs,
			`waiting for ${xpath}`
		);
		await this.driver.wait(until.elementIsVisible(element), patienceMs, `${xpath} stays hidden`);
		return element;
	}

	async click(xpath: string): Promise<void> {
		await this.#act(xpath, (element) => element.click());
	}

	async type(xpath: string, ...keys: string[]): Promise<void> {
		await this.#act(xpath, (element) => element.sendKeys(...keys));
	}

	async text(xpath: string): Promise<string> {
		return this.#act(xpath, (element) => element.getText());
	}

	/** A screen may be drawn anew between finding an element and using it: then it is looked for again. */
	async #act<Result>(xpath: string, act: (element: WebElement) => Promise<Result>): Promise<Result> {
		for (const end = Date.now() + patienceMs; ;) {
			try {
				return await act(await this.#find(xpath));
			} catch (thrown) {
				if (!(thrown instanceof error.StaleElementReferenceError) || Date.now() > end) throw thrown;
			}
		}
	}

	async sees(text: string): Promise<void> {
		await this.shows(`//*[@role="log"]//*[contains(text(), ${JSON.stringify(text)})]`);
	}

	async shows(xpath: string): Promise<void> {
		await this.#act(xpath, (element) => element.isDisplayed());
	}

	async reload(): Promise<void> {
		await this.driver.navigate().refresh();
	}

	/** What the person sees now, as a PNG in base64. */
	picture(): Promise<string> {
		return this.driver.takeScreenshot();
	}

	async leave(): Promise<void> {
		await this.driver.quit().catch(() => undefined);
		this.process.kill();
	}
}
