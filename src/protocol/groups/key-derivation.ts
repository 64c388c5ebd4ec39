/** What every admin of a group derives alike from its seed: groups-v2.md §3.1, §5. */
import { utf8 } from '../bytes';
import { blake2b } from '../keys';
import type { Bytes, Ed25519KeyPair } from '../types';

const SEED_BYTES = 32;

/** The domain of the entries for members, in full and in supplemental messages. */
export const MEMBER_DOMAIN = 'SessionGroupKeyMemberKey';

/** Keys the hashes from which new keys and nonces come. */
export const GENERATION_HASH_KEY = utf8('SessionGroupKeyGen');

function seedHash(group: Ed25519KeyPair, key: string): Bytes {
	return blake2b(32, group.secretKey.subarray(0, SEED_BYTES), utf8(key));
}

/** Goes into the hashes of new keys and nonces. */
export function generationSecret(group: Ed25519KeyPair): Bytes {
	return seedHash(group, 'SessionGroupKeySeed');
}

/** Encrypts a new key for the other admins. */
export function adminKey(group: Ed25519KeyPair): Bytes {
	return seedHash(group, 'SessionGroupKeyAdminKey');
}

/** Keys the hash from which a member's subaccount comes. */
export function subaccountMask(group: Ed25519KeyPair): Bytes {
	return seedHash(group, 'SessionGroupSubaccountMask');
}
