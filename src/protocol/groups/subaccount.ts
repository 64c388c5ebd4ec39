/**
 * What lets members use the group's swarm without its key: groups-v2.md §5. A member's key is blinded with a factor that
 * only admins can compute; the group signs the result, and the member can sign with it.
 */
import { concat, equal, toBytes, utf8 } from '../bytes';
import {
	isNegative,
	multiply,
	multiplyPoint,
	negate,
	positive,
	reduce,
	secretScalar,
	signWithScalar
} from '../ed25519-scalars';
import { ProtocolError } from '../errors';
import { x25519Of } from '../identity';
import { blake2b, sign, verify } from '../keys';
import type { StorageAuth } from '../storage-rpc';
import type {
	AccountId,
	Bytes,
	Ed25519KeyPair,
	Ed25519PublicKey,
	Ed25519Signature,
	MemberAuth,
	Scalar,
	SubaccountToken
} from '../types';
import { positiveEd25519 } from '../xed25519';
import { subaccountMask } from './key-derivation';

const GROUP_PREFIX = 0x03;
const ACCOUNT_PREFIX = 0x05;
const READ = 1;
const WRITE = 2;
const DELETE = 4;
const ANY_PREFIX = 8;

const SEED_BYTES = 32;
const PREFIX_BYTES = 4;
const SCALAR_BYTES = 32;
const SIGNATURE_BYTES = 64;
const SIGNATURE_START = PREFIX_BYTES + SCALAR_BYTES;
const AUTH_BYTES = SIGNATURE_START + SIGNATURE_BYTES;

/** Beyond reading, which everybody may. Clients give `write` alone; a token with other rights is another token. */
export interface Rights {
	readonly write: boolean;
	readonly delete: boolean;
}

export const MEMBER_RIGHTS: Rights = { write: true, delete: false };

/**
 * 100 bytes: prefix, factor, the group's signature. Throws ProtocolError 'malformed' for another length, or a factor that is
 * not in its one canonical form: the group's signature does not tell forms apart, and not every one can sign.
 */
export function parseMemberAuth(bytes: Uint8Array): MemberAuth {
	if (bytes.length !== AUTH_BYTES) throw new ProtocolError('malformed', 'auth data has the wrong length');
	const factor = bytes.subarray(PREFIX_BYTES, SIGNATURE_START);
	if (!equal(reduce(concat(factor, new Uint8Array(SCALAR_BYTES))), factor)) {
		throw new ProtocolError('malformed', 'auth data has a factor out of range');
	}
	return toBytes(bytes) as MemberAuth;
}

/** What an admin sends to a member in the invite. Throws ProtocolError 'malformed' when the id is no usable curve point. */
export function memberAuth(group: Ed25519KeyPair, member: AccountId, rights = MEMBER_RIGHTS): MemberAuth {
	const factor = factorOf(group, member);
	const signature = sign(tokenOf(prefixOf(rights), factor, positiveOf(member)), group.secretKey);
	return concat(prefixOf(rights), factor, signature) as MemberAuth;
}

/** By which an admin revokes a member's rights, and gives them back. Throws like `memberAuth`. */
export function subaccountToken(
	group: Ed25519KeyPair,
	member: AccountId,
	rights = MEMBER_RIGHTS
): SubaccountToken {
	return tokenOf(prefixOf(rights), factorOf(group, member), positiveOf(member));
}

/** Whether received auth data is for us, of this group, and gives these rights. False for a wrong length, too. */
export function verifyMemberAuth(
	auth: Uint8Array,
	group: Ed25519PublicKey,
	own: Ed25519PublicKey,
	rights = MEMBER_RIGHTS
): boolean {
	const [network, flags = 0] = auth;
	if (network !== GROUP_PREFIX && (flags & ANY_PREFIX) === 0) return false;
	const wanted = flagsOf(rights);
	if ((flags & wanted) !== wanted) return false;
	try {
		const parsed = parseMemberAuth(auth);
		return verify(signatureOf(parsed), ownToken(parsed, own), group);
	} catch (error) {
		if (error instanceof ProtocolError) return false;
		throw error;
	}
}

export interface SubaccountSignature {
	readonly token: SubaccountToken;
	/** The group's, of the token. */
	readonly tokenSignature: Ed25519Signature;
	/** The member's, of the message: it verifies under the key in the token. */
	readonly signature: Ed25519Signature;
}

/** Signs a request to the group's swarm. Throws ProtocolError 'malformed' for auth data that no admin made. */
export function signAsMember(
	message: Uint8Array,
	own: Ed25519KeyPair,
	auth: MemberAuth
): SubaccountSignature {
	const token = ownToken(auth, own.publicKey);
	const publicKey = token.subarray(PREFIX_BYTES) as Ed25519PublicKey;
	const scalar = secretScalar(own.secretKey);
	// The token is of the positive key, so whoever has the negative one signs with the negated scalar.
	const secret = multiply(factorIn(auth), isNegative(own.publicKey) ? negate(scalar) : scalar);
	const seed = blake2b(32, own.secretKey.subarray(0, SEED_BYTES), utf8('SubaccountSeed'));
	const nonce = reduce(blake2b(64, concat(seed, publicKey, message), utf8('SubaccountSig')));
	const signature = signWithScalar(message, secret, publicKey, nonce);
	return { token, tokenSignature: signatureOf(auth), signature };
}

/** For calls to the group's swarm by a member. Throws like `signAsMember`. */
export function memberStorageAuth(own: Ed25519KeyPair, auth: MemberAuth): StorageAuth {
	const subaccount = { token: ownToken(auth, own.publicKey), signature: signatureOf(auth) };
	return { ed25519: null, sign: (message) => signAsMember(message, own, auth).signature, subaccount };
}

/** For calls to the group's swarm by an admin. */
export function adminStorageAuth(group: Ed25519KeyPair): StorageAuth {
	return { ed25519: null, sign: (message) => sign(message, group.secretKey) };
}

function flagsOf(rights: Rights): number {
	return READ | (rights.write ? WRITE : 0) | (rights.delete ? DELETE : 0);
}

function prefixOf(rights: Rights): Bytes {
	return Uint8Array.of(GROUP_PREFIX, flagsOf(rights), 0, 0);
}

function factorOf(group: Ed25519KeyPair, member: AccountId): Scalar {
	const hashed = concat(
		Uint8Array.of(ACCOUNT_PREFIX),
		x25519Of(member),
		Uint8Array.of(GROUP_PREFIX),
		group.publicKey
	);
	return reduce(blake2b(64, hashed, subaccountMask(group)));
}

/** An Account ID does not tell the sign of its key; the positive one counts. */
function positiveOf(member: AccountId): Ed25519PublicKey {
	return positiveEd25519(x25519Of(member));
}

function tokenOf(prefix: Uint8Array, factor: Scalar, member: Ed25519PublicKey): SubaccountToken {
	return concat(prefix, multiplyPoint(factor, member)) as SubaccountToken;
}

function ownToken(auth: MemberAuth, own: Ed25519PublicKey): SubaccountToken {
	return tokenOf(auth.subarray(0, PREFIX_BYTES), factorIn(auth), positive(own));
}

function factorIn(auth: MemberAuth): Scalar {
	return auth.slice(PREFIX_BYTES, SIGNATURE_START) as Scalar;
}

function signatureOf(auth: MemberAuth): Ed25519Signature {
	return auth.slice(SIGNATURE_START) as Ed25519Signature;
}
