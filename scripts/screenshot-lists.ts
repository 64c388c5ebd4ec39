/** Pictures of the list and of what is done with its rows, of contacts, of blocked people, and of choosing a picture. */
import type { Page } from 'playwright';
import type { Person } from '../e2e/support/people';
import { sizes, type Shoot } from './screenshot-camera';

export async function rowsAndFilters(person: Person, shoot: Shoot): Promise<void> {
	const { page } = person;
	await page.setViewportSize(sizes[1]);
	await page.goto('/chats');
	await act(person, 'Maya Okafor', 'Pin to the top');
	await act(person, 'שירה לוי', 'Mark as unread');
	await act(person, 'Sofia Petrova', 'Archive');
	await act(person, 'Film night', 'Mute…');
	await page.getByRole('dialog').waitFor();
	await shoot(page, 'mute');
	await page.setViewportSize(sizes[1]);
	await page.getByRole('button', { name: 'Until I turn it on again' }).click();
	await shoot(page, 'list-acts');
	for (const [name, part] of [
		['list-unread', 'Unread'],
		['list-archived', 'Archived']
	] as const) {
		await page.getByRole('group', { name: 'Show' }).locator('label', { hasText: part }).click();
		await shoot(page, name);
	}
	await page.getByRole('group', { name: 'Show' }).locator('label', { hasText: 'All' }).click();
	await person.row('Dr. K. Lindqvist').click({ button: 'right' });
	await page.getByRole('menu').waitFor();
	await shoot(page, 'row-menu');
	await page.keyboard.press('Escape');
	await person.row('Film night').click();
	await person.composer.waitFor();
	await shoot(page, 'muted');
}

/** With a finger the same acts come from below. */
export async function rowSheet({ page }: Person, shoot: Shoot): Promise<void> {
	await page.setViewportSize(sizes[0]);
	await page.goto('/chats');
	// Where there is room for one pane, the list is the main part of the page.
	const row = page.getByRole('list', { name: 'Conversations' }).getByRole('link', { name: 'Maya Okafor' });
	const { x, y, width, height } = (await row.boundingBox()) ?? {
		x: 0,
		y: 0,
		width: 0,
		height: 0
	};
	const touch = await page.context().newCDPSession(page);
	const point = { x: x + width / 2, y: y + height / 2 };
	await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [point] });
	await page.getByRole('dialog').waitFor();
	await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
	await shoot(page, 'row-sheet');
	await page.keyboard.press('Escape');
}

export async function blocked(person: Person, name: string, shoot: Shoot): Promise<void> {
	const { page } = person;
	await person.openRequest(name);
	await page.getByRole('button', { name: 'Block' }).click();
	await page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();
	await page.setViewportSize(sizes[0]);
	await page.goto('/settings/blocked');
	await page.getByText(name).first().waitFor();
	await shoot(page, 'blocked');
}

export async function pictureCrop({ page }: Person, shoot: Shoot): Promise<void> {
	await page.setViewportSize(sizes[0]);
	await page.goto('/settings/profile');
	await page.getByRole('button', { name: 'Choose picture' }).waitFor();
	const buffer = await landscape(page);
	await page.locator('input[type=file]').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer });
	const dialog = page.getByRole('alertdialog', { name: 'Choose a part' });
	await dialog.waitFor();
	await shoot(page, 'crop');
	await dialog.getByRole('button', { name: 'Use picture' }).click();
	await dialog.waitFor({ state: 'hidden' });
	await shoot(page, 'profile-picture');
}

async function act(person: Person, name: string, item: string): Promise<void> {
	await person.row(name).click({ button: 'right' });
	await person.page.getByRole('menuitem', { name: item }).click();
}

/** Hills under an evening sky: as good as a photograph for seeing where it is cut. */
async function landscape(page: Page): Promise<Buffer> {
	const base64 = await page.evaluate(() => {
		const canvas = document.createElement('canvas');
		[canvas.width, canvas.height] = [1600, 900];
		const context = canvas.getContext('2d');
		if (context === null) return '';
		const sky = context.createLinearGradient(0, 0, 0, 900);
		sky.addColorStop(0, '#2b4a7a');
		sky.addColorStop(0.6, '#f2a65a');
		context.fillStyle = sky;
		context.fillRect(0, 0, 1600, 900);
		context.fillStyle = '#fff3c4';
		context.beginPath();
		context.arc(800, 480, 90, 0, 7);
		context.fill();
		for (const [color, top, wave] of [
			['#5b6f58', 560, 90],
			['#37503f', 660, 60]
		] as const) {
			context.fillStyle = color;
			context.beginPath();
			context.moveTo(0, 900);
			for (let x = 0; x <= 1600; x += 20) context.lineTo(x, top + wave * Math.sin(x / 190 + wave));
			context.lineTo(1600, 900);
			context.fill();
		}
		return canvas.toDataURL('image/png').split(',')[1] ?? '';
	});
	return Buffer.from(base64, 'base64');
}
