import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { findChromium } from '../scripts/browsers';
import { Person } from './support/people';
import { expect, test } from './support/network';
import { qrVideo } from './support/qr-video';

test('an Account ID held before the camera opens its conversation @chromium', async ({
	browser,
	network
}) => {
	const ben = await Person.withAccount(browser, 'Ben', network.url);
	const folder = await mkdtemp(join(tmpdir(), 'sotto-camera-'));
	const film = join(folder, 'account-id.y4m');
	await writeFile(film, qrVideo(await ben.accountId()));
	const withCamera = await chromium.launch({
		...findChromium()?.launchOptions,
		args: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`]
	});
	try {
		const ada = await Person.arrive(withCamera, 'Ada', network.url);
		await ada.context.addInitScript(() => {
			if (!isSecureContext) return;
			const devices = navigator.mediaDevices;
			const open = devices.getUserMedia.bind(devices);
			devices.getUserMedia = async (wanted) => {
				const stream = await open(wanted);
				Reflect.set(window, 'cameraTracks', stream.getTracks());
				return stream;
			};
		});
		await ada.createAccount();
		await ada.page.goto('/chats/new');
		const scan = ada.page.getByRole('button', { name: 'Scan a QR code' });
		const dialog = ada.page.getByRole('dialog', { name: 'Scan a QR code' });
		await scan.click();
		await expect(dialog.getByText('The camera is blocked for this page.')).toBeVisible();
		await dialog.getByRole('button', { name: 'Cancel' }).click();
		await expect(scan).toBeFocused();

		await ada.context.grantPermissions(['camera']);
		await scan.click();
		await expect(ada.composer).toBeVisible();
		const tracks = await ada.page.evaluate(() =>
			(Reflect.get(window, 'cameraTracks') as MediaStreamTrack[]).map(({ kind, readyState }) => [
				kind,
				readyState
			])
		);
		expect(tracks).toEqual([['video', 'ended']]);
		await ada.write('I saw your code');
		await ada.seesState('Sent');
		await ben.openRequest('Ada');
		await ben.sees('I saw your code');
	} finally {
		await withCamera.close();
		await rm(folder, { recursive: true, force: true });
	}
});
