/** Ids under which people appear in communities: communities.md §14. */
import { fromHex } from '../bytes';
import { ProtocolError } from '../errors';
import type { AccountId, BlindedId, Ed25519PublicKey, X25519PublicKey } from '../types';
import { blind15Ids } from './blind15';
import { blind25Id } from './blind25';

/** Either case. Throws ProtocolError 'malformed' for anything but `15` or `25` and 64 hex digits. */
export function parseBlindedId(text: string): BlindedId {
	if (!/^[12]5[0-9a-f]{64}$/i.test(text)) throw new ProtocolError('malformed', 'not a blinded id');
	return text.toLowerCase() as BlindedId;
}

export function blindedPublicKey(id: BlindedId): Ed25519PublicKey {
	return fromHex(id.slice(2)) as Ed25519PublicKey;
}

/**
 * Whether this account can be behind that id on that server. Throws ProtocolError 'malformed' when the Account ID is no
 * usable curve point.
 */
export function matchesBlindedId(account: AccountId, blinded: BlindedId, server: X25519PublicKey): boolean {
	if (blinded.startsWith('25')) return blind25Id(account, server) === blinded;
	return blind15Ids(account, server).some((id) => id === blinded);
}
