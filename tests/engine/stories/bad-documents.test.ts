import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '../../../src/protocol/bytes';
import { encryptConfig } from '../../../src/protocol/config/encrypt';
import { CONTACTS, CONVO_INFO_VOLATILE, USER_GROUPS, USER_PROFILE } from '../../../src/protocol/config/kinds';
import { pack } from '../../../src/protocol/config/pack';
import { accountAuth } from '../../../src/protocol/storage-rpc';
import { startZstd } from '../../../src/protocol/zstd';
import { pollNow, pushed, settled } from './at-once';
import { identityOf, put, random, seal, stranger, text } from './swarm';
import {
	conversationRow,
	newPerson,
	now,
	openTab,
	openWorld,
	reveal,
	talk,
	until,
	type World
} from './world';

let world: World;
beforeAll(async () => {
	await startZstd();
	world = await openWorld();
});
afterAll(() => world.close());

test('documents that nobody can read hinder nothing, on a device whose clock is two hours off', async () => {
	const ada = await newPerson(world, 'Ada');
	await ada.engine.setDisplayName('Ada L.');
	await settled(ada.engine);
	const own = await identityOf(ada);
	const auth = accountAuth(own.ed25519);
	const store = (namespace: number, data: ReturnType<typeof random>) =>
		put(world, own.accountId, data, { namespace, auth });
	for (const { namespace } of [USER_PROFILE, CONTACTS, CONVO_INFO_VOLATILE])
		await store(namespace, random(500));
	// Of a form that is yet to come: encrypted as a document is, but none that we know.
	const seed = own.ed25519.secretKey.subarray(0, 32);
	await store(USER_GROUPS.namespace, encryptConfig(pack(utf8('d1:#i1ee')), seed, USER_GROUPS.domain));
	await put(world, own.accountId, seal(await stranger(20), own.accountId, text('Hello Ada', 'Eve')));

	const browser = world.browser();
	browser.clock.offsetMs = 7_200_000;
	const { engine: other } = await openTab(browser);
	await other.restoreAccount(await reveal(ada));
	await until(other, 'restore', null, (restore) => restore?.phase === 'done');
	expect(await now(other, 'account', null)).toMatchObject({ displayName: 'Ada L.' });
	const request = await conversationRow(other, ({ person }) => person.name === 'Eve', 'requests');
	expect(await talk(other, request.key)).toEqual(['they: Hello Ada']);
	expect(await now(other, 'ignored', null)).toMatchObject({ undecryptable: 4 });
	// One line about what stays as it is here, and about nothing else.
	expect(await now(other, 'elsewhere', null)).toMatchObject({ unreadable: ['groups'], toAnnounce: null });

	// Changes go both ways, and the later one wins, whatever the clock of either says.
	await pushed(other, () => other.acceptRequest(request.key));
	await pushed(other, () => other.setDisplayName('From the other device'));
	await pollNow(ada.engine);
	await until(ada.engine, 'account', null, ({ displayName }) => displayName === 'From the other device');
	await conversationRow(
		ada.engine,
		({ person, standing }) => person.name === 'Eve' && standing === 'contact'
	);
	await pushed(ada.engine, () => ada.engine.setDisplayName('From the first'));
	await pollNow(other);
	await until(other, 'account', null, ({ displayName }) => displayName === 'From the first');
	const { lastAt } = await until(other, 'elsewhere', null, ({ lastKind }) => lastKind === 'profile');
	// Said in the time of the device that shows it.
	expect(Math.abs(lastAt! - 7_200_000 - Date.now())).toBeLessThan(600_000);
});
