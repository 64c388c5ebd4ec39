/** The keys of one storage node, and what it signs with them. */
import { toBase64, toHex, utf8 } from '../protocol/bytes';
import { blake2b, ed25519FromSeed, sign, snodeId } from '../protocol/keys';
import { x25519FromEd25519 } from '../protocol/identity';
import type { Ed25519KeyPair, SnodeId, X25519KeyPair } from '../protocol/types';
import { base32z } from './encodings';

export interface NodeIdentity {
	readonly name: string;
	readonly id: SnodeId;
	readonly ed25519: Ed25519KeyPair;
	readonly x25519: X25519KeyPair;
	/** `<base32z>.snode`; the legacy key of our nodes is their Ed25519 key. */
	readonly address: string;
	readonly x25519Hex: string;
}

/** `seed` is the text before the node's number: BLAKE2b-256("<seed>-<index>") is the node's Ed25519 seed. */
export function nodeIdentity(seed: string, index: number): NodeIdentity {
	const ed25519 = ed25519FromSeed(blake2b(32, utf8(`${seed}-${index}`)));
	const x25519 = x25519FromEd25519(ed25519);
	return {
		name: `node${index}`,
		id: snodeId(ed25519.publicKey),
		ed25519,
		x25519,
		address: `${base32z(ed25519.publicKey)}.snode`,
		x25519Hex: toHex(x25519.publicKey)
	};
}

/** Base64. */
export function signAs(identity: NodeIdentity, message: Uint8Array): string {
	return toBase64(sign(message, identity.ed25519.secretKey));
}
