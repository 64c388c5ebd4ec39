import { afterEach, expect, test } from 'vitest';
import { newPerson, now, openTab, openWorld, reveal, until, type World } from './world';

let world: World;
afterEach(() => world.close());

const QUIET = {
	readReceipts: false,
	typingIndicators: false,
	notifications: { on: true, content: 'none', sound: true }
};

test('preferences begin quiet, reach every tab, outlive a restart, and stay on their device', async () => {
	world = await openWorld();
	const ada = await newPerson(world, 'Ada');
	expect(await now(ada.engine, 'preferences', null)).toEqual(QUIET);
	const second = await openTab(ada.browser, { hadAccount: true });

	await ada.engine.setPreferences({ readReceipts: true });
	await ada.engine.setPreferences({ notifications: { sound: false } });
	await until(second.engine, 'preferences', null, ({ notifications }) => !notifications.sound);
	await second.engine.setPreferences({ notifications: { content: 'name' } });
	const chosen = {
		readReceipts: true,
		typingIndicators: false,
		notifications: { on: true, content: 'name', sound: false }
	};
	await until(ada.engine, 'preferences', null, ({ notifications }) => notifications.content === 'name');
	expect(await now(ada.engine, 'preferences', null)).toEqual(chosen);

	ada.browser.close();
	const again = await openTab(ada.browser, { hadAccount: true });
	expect(await now(again.engine, 'preferences', null)).toEqual(chosen);

	const elsewhere = await openTab(world.browser());
	await elsewhere.engine.restoreAccount(await reveal(again));
	expect(await now(elsewhere.engine, 'preferences', null)).toEqual(QUIET);
});
