import { describe, expect, it } from 'vitest';
import { electLeader } from '../../../src/engine/tabs/leader';
import { testBrowser } from '../node-platform';
import { settle } from '../storage/fixture';

describe('leader of the tabs', () => {
	it('is the first tab, and only that', async () => {
		const browser = testBrowser();
		const tabs = [1, 2, 3].map(() => electLeader(browser.openTab().platform, 'a'));
		await settle();
		expect(tabs.map((tab) => tab.isLeader())).toEqual([true, false, false]);
		const elsewhere = electLeader(browser.openTab().platform, 'another account');
		await settle();
		expect(elsewhere.isLeader()).toBe(true);
	});

	it('is the next tab at once when the leader dies, whatever else died before', async () => {
		const browser = testBrowser();
		const tabs = [1, 2, 3, 4].map(() => browser.openTab());
		const leaders = tabs.map((tab) => electLeader(tab.platform, 'a'));
		await settle();
		tabs[1]!.kill();
		await settle();
		expect(leaders.map((tab) => tab.isLeader())).toEqual([true, false, false, false]);
		const heard: boolean[] = [];
		leaders[2]!.onChange((leader) => heard.push(leader));
		tabs[0]!.kill();
		await settle();
		expect(leaders.slice(2).map((tab) => tab.isLeader())).toEqual([true, false]);
		expect(heard).toEqual([true]);
	});

	it('passes on when it resigns, and does not come back', async () => {
		const browser = testBrowser();
		const first = electLeader(browser.openTab().platform, 'a');
		const second = electLeader(browser.openTab().platform, 'a');
		await settle();
		const heard: boolean[] = [];
		first.onChange((leader) => heard.push(leader));
		first.resign();
		expect(first.isLeader()).toBe(false);
		await settle();
		expect(second.isLeader()).toBe(true);
		second.resign();
		await settle();
		expect(first.isLeader()).toBe(false);
		expect(heard).toEqual([false]);
	});

	it('is no one who resigned before it was their turn', async () => {
		const browser = testBrowser();
		const first = electLeader(browser.openTab().platform, 'a');
		const second = electLeader(browser.openTab().platform, 'a');
		const third = electLeader(browser.openTab().platform, 'a');
		second.resign();
		await settle();
		first.resign();
		await settle();
		expect([first, second, third].map((tab) => tab.isLeader())).toEqual([false, false, true]);
	});
});
