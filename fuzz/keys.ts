/** Who the fuzzed messages are from and for. */
import { groupIdOf, groupPair, parseGroupKey, parseGroupSeed } from '../src/protocol/groups/group-id';
import { identityFromSeed, parseSeed } from '../src/protocol/identity';
import { x25519KeyPair } from '../src/protocol/keys';
import type { RandomBytes } from '../src/protocol/types';
import { chance } from './mutate';

const below = chance(1);

/** Not secret, and not asked to be. */
export const random: RandomBytes = (length) => Uint8Array.from({ length }, () => below(256));

export function keys() {
	const group = groupPair(parseGroupSeed(new Uint8Array(32).fill(5)));
	return {
		ada: identityFromSeed(parseSeed(new Uint8Array(16).fill(1))),
		ben: identityFromSeed(parseSeed(new Uint8Array(16).fill(2))),
		server: x25519KeyPair(new Uint8Array(32).fill(3)).publicKey,
		group,
		groupId: groupIdOf(group.publicKey),
		groupKey: parseGroupKey(new Uint8Array(32).fill(4))
	};
}
