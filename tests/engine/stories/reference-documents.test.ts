import { afterAll, beforeAll, expect, test } from 'vitest';
import { Contacts } from '../../../src/protocol/config/documents/contacts';
import { UserProfile } from '../../../src/protocol/config/documents/user-profile';
import { CONTACTS, USER_PROFILE, type ConfigKind } from '../../../src/protocol/config/kinds';
import { fromHex } from '../../../src/protocol/bytes';
import { identityFromSeed, parseSeed } from '../../../src/protocol/identity';
import { encodeRecovery } from '../../../src/protocol/mnemonic';
import { sodiumReady } from '../../../src/protocol/sodium';
import { accountAuth, messageHash } from '../../../src/protocol/storage-rpc';
import type { Bytes, NetworkTime } from '../../../src/protocol/types';
import { startZstd } from '../../../src/protocol/zstd';
import { load } from '../../vectors/load';
import { put } from './swarm';
import { now, openTab, openWorld, until, type World } from './world';

interface Step {
	readonly cmd: string;
	readonly ed25519_sk?: string;
	readonly expect?: { readonly seqno?: number; readonly messages?: readonly string[] };
}

let world: World;

beforeAll(async () => {
	await Promise.all([sodiumReady, startZstd()]);
	world = await openWorld();
});
afterAll(() => world.close());

/** What the reference pushed last in its first case, and whose it is. */
function pushedBy(file: string): { readonly seed: Bytes; readonly messages: readonly Bytes[] } {
	const { cases } = load<{ readonly cases: readonly { readonly steps: readonly Step[] }[] }>(file);
	const steps = cases[0]!.steps;
	const seed = fromHex(steps.find(({ ed25519_sk }) => ed25519_sk !== undefined)!.ed25519_sk!.slice(0, 32));
	const last = steps.filter(({ cmd, expect: said }) => cmd === 'push' && (said?.seqno ?? 0) > 0).at(-1)!;
	return { seed, messages: last.expect!.messages!.map(fromHex) };
}

async function restoreFrom(file: string, kind: ConfigKind) {
	const { seed, messages } = pushedBy(file);
	const own = identityFromSeed(parseSeed(seed));
	const auth = accountAuth(own.ed25519);
	for (const data of messages) await put(world, own.accountId, data, { namespace: kind.namespace, auth });
	const { engine } = await openTab(world.browser());
	await engine.restoreAccount(encodeRecovery(parseSeed(seed)).join(' '));
	await until(engine, 'restore', null, (restore) => restore?.phase === 'done');
	const stored = messages.map((data) => ({ hash: messageHash(own.accountId, kind.namespace, data), data }));
	return { engine, own, stored };
}

const at = Date.now() as NetworkTime;

test('contacts that the reference stored are here after a restore', async () => {
	const { engine, own, stored } = await restoreFrom('config_contacts', CONTACTS);
	const contacts = Contacts.open(own.ed25519);
	contacts.config.merge(stored, at);
	const expected = contacts.all();
	expect(expected.length).toBeGreaterThan(1);
	expect(await now(engine, 'restore', null)).toMatchObject({ contacts: expected.length });
	for (const contact of expected) {
		const view = await now(engine, 'conversation', await engine.openConversation(contact.id));
		expect(view?.standing === 'blocked').toBe(contact.blocked);
		const name = contact.nickname || contact.name;
		if (name !== '') expect(view?.person.name).toBe(name);
	}
});

test('so is the profile', async () => {
	const { engine, own, stored } = await restoreFrom('config_user_profile', USER_PROFILE);
	const profile = UserProfile.open(own.ed25519);
	profile.config.merge(stored, at);
	expect(profile.name).not.toBe('');
	expect(await now(engine, 'account', null)).toMatchObject({ displayName: profile.name });
});
