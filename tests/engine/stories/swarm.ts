/** What anyone can do to a swarm without our engine: store bytes in it, and count what is there. */
import { sealDirectMessage } from '../../../src/protocol/direct-message';
import { identityFromSeed, parseSeed, type Identity } from '../../../src/protocol/identity';
import { decodeRecovery } from '../../../src/protocol/mnemonic';
import type { Content } from '../../../src/protocol/protobuf/content';
import { storeCall } from '../../../src/protocol/storage-rpc';
import type { StorageAuth } from '../../../src/protocol/storage-rpc';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { AccountId, Bytes, NetworkTime } from '../../../src/protocol/types';
import { reveal, type Person, type World } from './world';

export const random = (length: number): Bytes => globalThis.crypto.getRandomValues(new Uint8Array(length));

export async function stranger(number: number): Promise<Identity> {
	await sodiumReady;
	return identityFromSeed(parseSeed(new Uint8Array(16).fill(number)));
}

export async function identityOf(person: Pick<Person, 'engine'>): Promise<Identity> {
	return identityFromSeed(decodeRecovery(await reveal(person)));
}

/**
 * Puts bytes into the swarm of an account, by asking nodes until one of its swarm takes them. `where`: another namespace than
 * the inbox, with the signature that it takes.
 */
export async function put(
	world: Pick<World, 'localnet'>,
	account: AccountId,
	data: Bytes,
	where: { readonly namespace: number; readonly auth?: StorageAuth } = { namespace: 0 }
): Promise<void> {
	const timestamp = Date.now() as NetworkTime;
	const call = storeCall({ account, ...where, data, timestamp, ttlMs: 1_209_600_000 });
	const known = homes.get(world)?.get(account);
	const urls = known === undefined ? world.localnet.nodes.map((node) => node.url) : [known];
	for (const url of urls) {
		const reply = await fetch(`${url}/storage_rpc/v1`, { method: 'POST', body: JSON.stringify(call) });
		if (reply.status !== 200) continue;
		homes.set(world, (homes.get(world) ?? new Map<AccountId, string>()).set(account, url));
		return;
	}
	throw new Error('no node took it');
}

/** A node of each account's swarm that was found before. */
const homes = new WeakMap<object, Map<AccountId, string>>();

export function seal(from: Identity, to: AccountId, content: Content, timestamp: number = Date.now()): Bytes {
	return sealDirectMessage({
		content,
		timestamp: timestamp as NetworkTime,
		sender: from,
		recipient: to,
		random
	});
}

export const text = (body: string, displayName?: string): Content => ({
	dataMessage: {
		body,
		...(displayName === undefined ? {} : { profile: { displayName, lastUpdateSeconds: 1 } })
	}
});
