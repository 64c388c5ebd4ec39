import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../scripts/browsers';
import { Person } from './support/people';
import { scanProfile } from './support/profile/scan';
import { expect, test } from './support/network';

const text = 'The blue heron nests behind the boathouse';
const answer = 'Nobody else knows of the heron';
const canary = 'canary-that-was-written-unsealed';

test('nothing readable lies in the profile folder of a browser that was used for talking @chromium', async ({
	browser,
	network
}) => {
	const folder = await mkdtemp(join(tmpdir(), 'sotto-profile-'));
	try {
		const context = await chromium.launchPersistentContext(folder, {
			...findChromium()?.launchOptions,
			baseURL: network.url,
			serviceWorkers: 'allow'
		});
		const ada = Person.at(context, context.pages()[0] ?? (await context.newPage()), 'Ada Unmistakable');
		await ada.createAccount();
		const ben = await Person.withAccount(browser, 'Benedikta Singular', network.url);
		const [adaId, benId] = [await ada.accountId(), await ben.accountId()];
		await ada.startConversation(benId);
		await ada.write(text);
		await ada.seesState('Sent');
		await ben.openRequest('Ada Unmistakable');
		await ben.write(answer);
		await ada.sees(answer);
		const words = await ada.recoveryWords();
		await ada.page.goto('/terms');
		await ada.page.evaluate(
			(unsealed) =>
				new Promise<void>((resolve, reject) => {
					const request = indexedDB.open('control', 1);
					request.onupgradeneeded = () => request.result.createObjectStore('rows');
					request.onerror = () => reject(new Error('no database'));
					request.onsuccess = () => {
						const transaction = request.result.transaction('rows', 'readwrite');
						transaction.objectStore('rows').put({ unsealed }, 1);
						transaction.oncomplete = () => resolve();
					};
				}),
			canary
		);
		await context.close();

		const found = await scanProfile(folder, [
			text,
			answer,
			'Ada Unmistakable',
			'Benedikta Singular',
			adaId,
			benId,
			adaId.slice(2),
			benId.slice(2),
			words.join(' '),
			words.slice(0, 3).join(' ')
		]);
		expect(found).toEqual([]);
		const control = await scanProfile(folder, [canary]);
		expect(control.length).toBeGreaterThan(0);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});
