/** Who may do what: the authentication fields of a request and their verification, storage-server.md §3 and §6. */
import { equal, fromHex, toHex, utf8 } from '../protocol/bytes';
import { ProtocolError } from '../protocol/errors';
import { parseEd25519PublicKey, verify, x25519FromEd25519Public } from '../protocol/keys';
import type { Bytes, Ed25519PublicKey } from '../protocol/types';
import { isSessionAccount, parseAccount, type StorageAccount } from './account';
import { decodeBase64, decodeHexOrBase64, isBase64, isHex } from './encodings';
import type { MessageStore } from './message-store';
import { ParameterError, required } from './params';

export const READ = 1;
export const WRITE = 2;
export const DELETE = 4;
const ANY_PREFIX = 8;

const TOKEN_BYTES = 36;

export interface Subaccount {
	readonly token: Bytes;
	readonly signature: Bytes;
}

export interface Auth {
	readonly account: StorageAccount;
	readonly signature: Bytes;
	readonly ed25519: Ed25519PublicKey | undefined;
	readonly subaccount: Subaccount | undefined;
}

export interface AuthFields {
	readonly pubkey: string | undefined;
	readonly pubkey_ed25519: string | undefined;
	readonly signature: string | undefined;
	readonly subaccount?: string | undefined;
	readonly subaccount_sig?: string | undefined;
}

/** Throws ParameterError. */
export function readAccount(pubkey: string | undefined): StorageAccount {
	const account = parseAccount(required('pubkey', pubkey));
	if (account === null) throw new ParameterError('Pubkey must be 66 hex digits (33 bytes) long');
	return account;
}

/** Reads what the authentication needs, without verifying it. Throws ParameterError. */
export function readAuth(fields: AuthFields): Auth {
	const account = readAccount(fields.pubkey);
	const signature = required('signature', fields.signature);
	const ed25519 = readEd25519(account, fields.pubkey_ed25519);
	return {
		account,
		signature: readSignature(signature, 'invalid signature: expected base64 encoded Ed25519 signature'),
		ed25519,
		subaccount: readSubaccount(fields)
	};
}

function readEd25519(account: StorageAccount, text: string | undefined): Ed25519PublicKey | undefined {
	if (text === undefined) return undefined;
	if (!isSessionAccount(account)) {
		throw new ParameterError('pubkey_ed25519 is only permitted for 05[...] pubkeys');
	}
	const raw = utf8(text);
	if (raw.length === 32) return parseEd25519PublicKey(raw);
	if (raw.length !== 64) {
		throw new ParameterError('Invalid pubkey_ed25519: expected 64 hex char or 32 byte pubkey');
	}
	if (!isHex(text)) throw new ParameterError('invalid pubkey_ed25519: value is not hex');
	return parseEd25519PublicKey(fromHex(text));
}

function readSignature(text: string, refusal: string): Bytes {
	const complete = text.length === 86 || (text.length === 88 && text.endsWith('=='));
	if (!complete || !isBase64(text)) throw new ParameterError(refusal);
	return decodeBase64(text);
}

function readSubaccount(fields: AuthFields): Subaccount | undefined {
	const { subaccount, subaccount_sig: signature } = fields;
	if (subaccount === undefined || subaccount === '') return undefined;
	if (signature === undefined) {
		throw new ParameterError('invalid subaccount: subaccount_sig is required when using subaccount');
	}
	const token = decodeHexOrBase64(subaccount, TOKEN_BYTES);
	if (token === null) {
		throw new ParameterError('invalid subaccount: expected base64 or hex-encoded subaccount token');
	}
	return {
		token,
		signature: readSignature(
			signature,
			'invalid subaccount signature: expected base64 encoded Ed25519 signature'
		)
	};
}

/** Tokens of a revocation, in hex. Throws ParameterError. */
export function readTokens(texts: readonly string[], what: string): readonly string[] {
	return texts.map((text) => {
		const token = decodeHexOrBase64(text, TOKEN_BYTES);
		if (token === null) {
			throw new ParameterError(`invalid ${what}: expected base64 or hex-encoded subaccount tag`);
		}
		return toHex(token);
	});
}

export interface Demand {
	/** The bits that a subaccount's token must have. */
	readonly access: number;
	readonly signed: Uint8Array;
	/** A revoked token will do. */
	readonly evenRevoked?: boolean;
}

/** Whether the request's signature holds. */
export function isAuthorised(auth: Auth, demand: Demand, store: MessageStore): boolean {
	const owner = ownerKey(auth);
	if (owner === null) return false;
	const signer =
		auth.subaccount === undefined ? owner : subaccountKey(auth, auth.subaccount, owner, demand, store);
	if (signer === null) return false;
	return verify(auth.signature, demand.signed, signer);
}

/** The account's own key; null when the Ed25519 key that was named is not that of the account. */
function ownerKey({ account, ed25519 }: Auth): Uint8Array | null {
	if (ed25519 === undefined) return account.key;
	try {
		return equal(x25519FromEd25519Public(ed25519), account.key) ? ed25519 : null;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}

function subaccountKey(
	{ account }: Auth,
	{ token, signature }: Subaccount,
	owner: Uint8Array,
	{ access, evenRevoked }: Demand,
	store: MessageStore
): Uint8Array | null {
	const flags = token[1] ?? 0;
	if (evenRevoked !== true && store.isRevoked(account.id, toHex(token))) return null;
	if (token[0] !== account.prefix && (flags & ANY_PREFIX) === 0) return null;
	if ((flags & access) !== access) return null;
	return verify(signature, token, owner) ? token.subarray(4) : null;
}

export function tokenMayDelete({ token }: Subaccount): boolean {
	return ((token[1] ?? 0) & DELETE) !== 0;
}
