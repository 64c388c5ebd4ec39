/** Two people and what one of them receives, without any network. */
import { identityFromSeed, parseSeed } from '../../../src/protocol/identity';
import type { Identity } from '../../../src/protocol/identity';
import { sealDirectMessage } from '../../../src/protocol/direct-message';
import type { Content } from '../../../src/protocol/protobuf/content';
import { messageHash } from '../../../src/protocol/storage-rpc';
import type { StoredMessage } from '../../../src/protocol/storage-rpc';
import { sodiumReady } from '../../../src/protocol/sodium';
import type { Bytes, NetworkTime } from '../../../src/protocol/types';

await sodiumReady;

export const NOW = 1_790_000_000_000;

export const random = (length: number): Bytes => globalThis.crypto.getRandomValues(new Uint8Array(length));

export function person(number: number): Identity {
	return identityFromSeed(parseSeed(new Uint8Array(16).fill(number)));
}

export const ada = person(1);
export const bob = person(2);
export const carol = person(3);

/** As it lies in the recipient's swarm. */
export function stored(
	from: Identity,
	to: Identity,
	content: Content,
	timestamp: number = NOW
): StoredMessage {
	const data = sealDirectMessage({
		content,
		timestamp: timestamp as NetworkTime,
		sender: from,
		recipient: to.accountId,
		random
	});
	return storedBytes(to, data, timestamp);
}

export function storedBytes(to: Identity, data: Bytes, timestamp: number = NOW): StoredMessage {
	return {
		data,
		hash: messageHash(to.accountId, 0, data),
		timestamp,
		expiration: timestamp + 1_209_600_000
	};
}
