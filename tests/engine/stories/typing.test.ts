import { afterEach, describe, expect, test } from 'vitest';
import { openDirectMessage } from '../../../src/protocol/direct-message';
import { fromBase64 } from '../../../src/protocol/bytes';
import { identityFromSeed } from '../../../src/protocol/identity';
import { decodeRecoveryOrHex } from '../../../src/protocol/mnemonic';
import { TypingAction } from '../../../src/protocol/protobuf/content';
import type { Network } from '../../../src/engine/network/types';
import { delivered } from './at-once';
import { friends } from './friends';
import {
	conversationRow,
	now,
	openTab,
	openWorld,
	pause,
	reveal,
	until,
	type Wraps,
	type World
} from './world';

let world: World;
afterEach(() => world.close());

const BOTH = { typingIndicators: true };
/** A sign that nobody takes back goes after fifteen seconds by itself. */
const BEFORE_IT_FADES_MS = 12_000;

interface Stored {
	readonly data: string;
	readonly ttl: number;
}

/** Notes everything that is stored through this network. */
function noting(): { readonly wraps: Wraps; readonly stored: Stored[] } {
	const stored: Stored[] = [];
	const network = (real: Network): Network =>
		new Proxy(real, {
			get(target, name) {
				if (name !== 'swarmRequest') {
					const value: unknown = Reflect.get(target, name, target);
					return typeof value === 'function' ? (value.bind(target) as unknown) : value;
				}
				const request: Network['swarmRequest'] = (account, build, options) =>
					target.swarmRequest(
						account,
						async (time, node) => {
							const call = await build(time, node);
							if (call.method === 'store')
								stored.push({ data: String(call.params['data']), ttl: Number(call.params['ttl']) });
							return call;
						},
						options
					);
				return request;
			}
		});
	return { wraps: { network }, stored };
}

describe('typing', () => {
	test('is seen in every tab of the other, until a pause, a message, or the end', async () => {
		world = await openWorld();
		const { ada, bob, atAda, atBob } = await friends(world);
		await ada.engine.setPreferences(BOTH);
		await bob.engine.setPreferences(BOTH);
		// Who looks at the conversation polls often enough not to miss what lives for seconds.
		await bob.engine.setActive(atBob);
		const second = await openTab(bob.browser, { hadAccount: true });
		const shown = (keys: readonly string[]) => keys.includes(atBob);
		const none = (keys: readonly string[]) => keys.length === 0;

		await ada.engine.setTyping(atAda, true);
		await until(bob.engine, 'typing', null, shown);
		await until(second.engine, 'typing', null, shown);
		await until(bob.engine, 'typing', null, none);
		await until(second.engine, 'typing', null, none);

		await ada.engine.setTyping(atAda, true);
		await until(bob.engine, 'typing', null, shown);
		await ada.engine.send(atAda, 'there');
		await until(bob.engine, 'conversation', atBob, (view) => view?.preview?.text === 'there');
		await until(bob.engine, 'typing', null, none, BEFORE_IT_FADES_MS);
		await until(second.engine, 'typing', null, none, BEFORE_IT_FADES_MS);

		await ada.engine.setTyping(atAda, true);
		await until(second.engine, 'typing', null, shown);
		await bob.engine.setPreferences({ typingIndicators: false });
		await until(bob.engine, 'typing', null, none, BEFORE_IT_FADES_MS);
		await until(second.engine, 'typing', null, none, BEFORE_IT_FADES_MS);
	});

	test('is told as the protocol wants it, to contacts alone, and only if both wish so', async () => {
		world = await openWorld();
		const { wraps, stored } = noting();
		const { ada, bob, atAda, atBob } = await friends(world, { ada: wraps });
		await bob.engine.setActive(atBob);
		const bobsIdentity = identityFromSeed(decodeRecoveryOrHex(await reveal(bob)));
		const told = () => stored.filter(({ ttl }) => ttl === 20_000);

		await ada.engine.setTyping(atAda, true);
		await ada.engine.setTyping(atAda, false);
		await pause(500);
		expect(told()).toEqual([]);

		await ada.engine.setPreferences(BOTH);
		await ada.engine.setTyping(atAda, true);
		await ada.engine.setTyping(atAda, true);
		await ada.engine.setTyping(atAda, false);
		await ada.engine.setTyping(atAda, false);
		await ada.engine.send(atAda, 'after it');
		await until(bob.engine, 'conversation', atBob, (view) => view?.preview?.text === 'after it');
		const contents = told().map(({ data }) => openDirectMessage(fromBase64(data), bobsIdentity));
		expect(contents.map(({ content }) => content.typingMessage?.action)).toEqual([
			TypingAction.Started,
			TypingAction.Stopped
		]);
		for (const { content, timestamp } of contents) expect(content.typingMessage?.timestamp).toBe(timestamp);
		// Bob has not switched it on.
		expect(await now(bob.engine, 'typing', null)).toEqual([]);

		// A request is no place for it.
		const carol = await openTab(world.browser());
		const { accountId } = await carol.engine.createAccount('Carol');
		const toCarol = await ada.engine.openConversation(accountId);
		await ada.engine.send(toCarol, 'hello Carol');
		await delivered(ada.engine, toCarol, carol.engine);
		await ada.engine.setTyping(toCarol, true);
		await conversationRow(carol.engine, (row) => row.person.name === 'Ada', 'requests');
		expect(told()).toHaveLength(2);
	});

	test('is not kept for later while there is no network', async () => {
		world = await openWorld();
		const { wraps, stored } = noting();
		const { ada, bob, atAda, atBob } = await friends(world, { ada: wraps });
		await ada.engine.setPreferences(BOTH);
		await bob.engine.setPreferences(BOTH);
		await ada.engine.setOnline(false);
		await ada.engine.setTyping(atAda, true);
		await ada.engine.send(atAda, 'written without a network');
		await pause(300);
		await ada.engine.setOnline(true);
		await delivered(ada.engine, atAda, bob.engine);
		await until(
			bob.engine,
			'conversation',
			atBob,
			(view) => view?.preview?.text.startsWith('written') ?? false
		);
		expect(stored.filter(({ ttl }) => ttl === 20_000)).toEqual([]);
	});
});
