import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Person } from './support/people';
import { expect, startAppFrom, test } from './support/network';

test.use({ serviceWorkers: 'allow' });

test('can be installed: the browser finds no reason against it @chromium', async ({ browser, network }) => {
	const ada = await Person.withAccount(browser, 'Ada', network.url);
	const session = await ada.context.newCDPSession(ada.page);
	const { errors } = await session.send('Page.getAppManifest');
	expect(errors).toEqual([]);
	const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
	// A private window is no reason of ours.
	expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
});

test('a new version is offered, and taken by every tab without losing a draft', async ({
	browser,
	network
}) => {
	const folder = await mkdtemp(join(tmpdir(), 'sotto-app-'));
	try {
		await cp(new URL('../build', import.meta.url).pathname, folder, { recursive: true });
		const first = await startAppFrom(folder, network.localnet, 0);
		const ada = await Person.withAccount(browser, 'Ada', first.url);
		const ben = await Person.withAccount(browser, 'Ben', first.url);
		await ada.startConversation(await ben.accountId());
		await ada.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
		await ada.page.reload();
		const second = await ada.openTab('/chats');
		// One that was opened when the server did not answer the question for a new version.
		const third = await ada.context.newPage();
		await third.addInitScript(() => {
			ServiceWorkerContainer.prototype.register = () => Promise.reject(new TypeError('no answer'));
		});
		await third.goto('/settings');
		await first.close();

		const worker = join(folder, 'service-worker.js');
		await writeFile(worker, `${await readFile(worker, 'utf8')}\n/* another version */\n`);
		await Promise.all(['.br', '.gz'].map((ending) => rm(worker + ending, { force: true })));
		const next = await startAppFrom(folder, network.localnet, Number(new URL(first.url).port));
		try {
			await ada.composer.fill('Half a thought');
			await ada.page.evaluate(() =>
				navigator.serviceWorker.getRegistration().then((found) => found?.update().then(() => undefined))
			);
			await expect(ada.page.getByText('A new version of Sotto is ready.')).toBeVisible();
			const reloaded = [ada.page, second.page, third].map((page) => page.waitForEvent('load'));
			await ada.page.getByRole('button', { name: 'Reload' }).click();
			await Promise.all(reloaded);
			await expect(ada.composer).toHaveValue('Half a thought');
			await expect(ada.page.getByText('A new version of Sotto is ready.')).toHaveCount(0);
		} finally {
			await next.close();
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
