/** `npm run screenshots [folder]`: pictures of the running app, with two people who talk; the README shows some of them. */
import { copyFile, mkdir } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright';
import { Person } from '../e2e/support/people';
import { startNetwork, type TestNetwork } from '../e2e/support/network';
import { parseAccountId } from '../src/protocol/identity';
import type { AccountId } from '../src/protocol/types';
import { put, seal, stranger, text } from '../tests/engine/stories/swarm';
import { findChromium } from './browsers';
import { deletion, onAnotherDevice, severalAccounts, withoutName } from './screenshot-accounts';
import { camera, sizes } from './screenshot-camera';
import { blocked, pictureCrop, rowsAndFilters, rowSheet } from './screenshot-lists';

const folder = process.argv[2] ?? 'docs/screenshots';
/** The README needs few; a folder of one's own gets every screen at every size. */
const wanted = process.argv[2] === undefined ? /^(landing|conversation|path)-(360|1440)-(light|dark)$/ : /./;
const shoot = camera(folder, wanted);

/** What the browser shows when it offers to install the app: static/manifest.webmanifest names them. */
const forInstalling = ['conversation-1440-light', 'conversation-360-light', 'path-360-light'];

const talk: readonly (readonly ['ada' | 'ben', string])[] = [
	['ben', 'مساء الخير! هل وصلتك الوثائق التي أرسلتها بالأمس؟'],
	['ada', 'Signed both copies. Page 7 had the old address, so I corrected it by hand and initialled it.'],
	['ben', 'Perfect, thank you. That was the last thing missing.'],
	['ben', 'Lunch on Thursday?'],
	['ada', 'Yes! The usual place, 12:30?'],
	['ada', 'https://cafe-lindenhof.example/menu'],
	['ben', '😅🙏'],
	['ada', 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft']
];

/** People who wrote to Ada and were accepted; nobody sits at their browsers. */
const others: readonly (readonly [name: string, words: string])[] = [
	['Maya Okafor', 'Can you send me the recording later?'],
	['Dr. K. Lindqvist', 'The results are in. Call me when it suits you.'],
	['Sofia Petrova', '📷 from the summit, as promised!'],
	['Alpine Hut Volunteers, Autumn Rota & Firewood', 'The stove pipe is fixed.'],
	['שירה לוי', 'נתראה ביום חמישי בשעה שתים עשרה'],
	['Film night', 'Saturday works for me']
];
const manyUnread = 1_050;

async function fillList(ada: Person, account: AccountId, network: TestNetwork): Promise<void> {
	for (const [index, [name, words]] of others.entries()) {
		const writer = await stranger(index + 1);
		await put(network, account, seal(writer, account, text(words, name)));
		await ada.openRequest(name);
		await ada.page.getByRole('button', { name: 'Accept' }).click();
		await ada.page.getByText('You accepted the request').waitFor();
	}
	// Out of every conversation, so that nothing counts as read.
	await ada.page.goto('/chats');
	const busy = await stranger(others.length);
	for (let index = 1; index <= manyUnread; index++) {
		await put(network, account, seal(busy, account, text(`Saturday works for me (${index})`)));
	}
	await put(network, account, seal(await stranger(1), account, text('Or tomorrow, if today is too full.')));
	await ada.page.getByText('999+').waitFor();
}

async function people(browser: Browser, url: string): Promise<{ ada: Person; ben: Person }> {
	const ada = await Person.withAccount(browser, 'Elin Vasquez', url);
	const ben = await Person.withAccount(browser, 'Layla Haddad', url);
	return { ada, ben };
}

async function beforeAccount(browser: Browser, url: string): Promise<void> {
	const page = await (await browser.newContext({ baseURL: url })).newPage();
	for (const [name, path] of [
		['landing', '/'],
		['create', '/create'],
		['restore', '/restore'],
		['terms', '/terms'],
		['privacy', '/privacy'],
		['source', '/source']
	] as const) {
		await page.goto(path);
		await page.getByRole('heading', { level: 1 }).waitFor();
		await shoot(page, name);
	}
	await page.context().close();
}

async function withAccount(browser: Browser, network: TestNetwork): Promise<void> {
	const { url } = network;
	const { ada, ben } = await people(browser, url);
	await shoot(ada.page, 'empty');
	const adaId = await ada.accountId();
	await fillList(ada, parseAccountId(adaId), network);
	await ben.startConversation(adaId);
	await ben.write('Hello Elin, the landlord gave me your Account ID.');
	for (const [name, words] of [
		['Jean-Baptiste Vandenberghe-Lindqvist', 'Bonjour, c’est au sujet de l’appartement du troisième étage.'],
		['رضا کریمی', 'فردا ساعت شش همدیگر را می‌بینیم']
	] as const) {
		const stranger = await Person.withAccount(browser, name, url);
		await stranger.startConversation(adaId);
		await stranger.write(words);
		await stranger.seesState('Sent');
		await stranger.leave();
	}
	await ada.openRequest('Layla Haddad');
	await ada.sees('Hello Elin, the landlord gave me your Account ID.');
	await shoot(ada.page, 'request');
	await ada.page.getByRole('button', { name: 'Accept' }).click();
	for (const [who, text] of talk) {
		await { ada, ben }[who].write(text);
		await { ada: ben, ben: ada }[who].sees(text);
	}
	const conversation = new URL(ada.page.url()).pathname;
	await ada.context.setOffline(true);
	await ada.write('This one waits for the network.');
	await shoot(ada.page, 'offline');
	await ada.context.setOffline(false);
	await ada.seesState('Sent');
	await shoot(ada.page, 'conversation');
	for (const [name, path] of [
		['list', '/chats'],
		['requests', '/chats/requests'],
		['details', `${conversation}/details`],
		['new', '/chats/new'],
		['contacts', '/chats/contacts'],
		['me', '/chats/me'],
		['path', '/path'],
		['settings', '/settings'],
		['profile', '/settings/profile'],
		['privacy-settings', '/settings/privacy'],
		['notifications', '/settings/notifications'],
		['appearance', '/settings/appearance'],
		['recovery', '/settings/recovery'],
		['network', '/settings/network'],
		['storage', '/settings/storage'],
		['diagnostics', '/settings/diagnostics'],
		['shortcuts', '/settings/shortcuts'],
		['about', '/settings/about'],
		['delete', '/settings/delete']
	] as const) {
		// The settings open their first page where there is room for two panes.
		await ada.page.setViewportSize(sizes[0]);
		await ada.page.goto(path);
		await ada.page.waitForTimeout(800);
		await shoot(ada.page, name);
	}
	await ada.page.goto('/settings/recovery');
	await ada.page.getByRole('button', { name: 'Show recovery password' }).click();
	await shoot(ada.page, 'recovery-shown');
	if (process.argv[2] === undefined) return;
	await rowsAndFilters(ada, shoot);
	await rowSheet(ada, shoot);
	await pictureCrop(ada, shoot);
	await blocked(ada, 'رضا کریمی', shoot);
	await onAnotherDevice(browser, ada, network, shoot);
	await withoutName(browser, network, shoot);
	await severalAccounts(ada, shoot);
	await deletion(ada, network, shoot);
}

await mkdir(folder, { recursive: true });
const network = await startNetwork();
const browser = await chromium.launch(findChromium()?.launchOptions);
try {
	await beforeAccount(browser, network.url);
	await withAccount(browser, network);
	if (process.argv[2] === undefined) {
		for (const name of forInstalling) {
			await copyFile(`${folder}/${name}.png`, `static/screenshots/${name}.png`);
		}
	}
} finally {
	await browser.close();
	await network.close();
}
