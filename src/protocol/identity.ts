/** Seed, keys and Account ID: identity.md §1. */
import { concat, fromHex, toBytes, toHex } from './bytes';
import { ProtocolError } from './errors';
import { ed25519FromSeed, x25519FromEd25519Public, x25519FromEd25519Secret } from './keys';
import type {
	AccountId,
	AccountSeed,
	Bytes,
	Ed25519KeyPair,
	RandomBytes,
	X25519KeyPair,
	X25519PublicKey
} from './types';

const SEED_BYTES = 16;
const ID_CHARACTERS = 66;
const COLOURS = 10;

export interface Identity {
	readonly seed: AccountSeed;
	readonly ed25519: Ed25519KeyPair;
	readonly x25519: X25519KeyPair;
	readonly accountId: AccountId;
}

export type AccountIdProblem =
	| 'empty'
	| 'not-hex'
	| 'length'
	/** A blinded id of a community (`15…`, `25…`). */
	| 'blinded'
	/** A group's id (`03…`). */
	| 'group'
	| 'prefix';

export class AccountIdError extends ProtocolError {
	constructor(readonly reason: AccountIdProblem) {
		super('malformed', `not an Account ID: ${reason}`);
	}
}

export function newSeed(random: RandomBytes): AccountSeed {
	return parseSeed(random(SEED_BYTES));
}

/** Exactly 16 bytes: longer seeds of long-gone clients are not accounts that anyone can still make. */
export function parseSeed(bytes: Uint8Array): AccountSeed {
	if (bytes.length !== SEED_BYTES) throw new ProtocolError('malformed', 'seed has the wrong length');
	return toBytes(bytes) as AccountSeed;
}

/** The Ed25519 seed is the account seed followed by 16 zero bytes; every other key follows from that. */
export function identityFromSeed(seed: AccountSeed): Identity {
	const ed25519 = ed25519FromSeed(concat(seed, new Uint8Array(SEED_BYTES)));
	const x25519 = x25519FromEd25519(ed25519);
	return { seed, ed25519, x25519, accountId: accountIdOf(x25519.publicKey) };
}

export function x25519FromEd25519(pair: Ed25519KeyPair): X25519KeyPair {
	return {
		publicKey: x25519FromEd25519Public(pair.publicKey),
		secretKey: x25519FromEd25519Secret(pair.secretKey)
	};
}

/** `05` and the key: 66 lower-case hex characters. */
export function accountIdOf(publicKey: X25519PublicKey): AccountId {
	return `05${toHex(publicKey)}` as AccountId;
}

export function x25519Of(id: AccountId): X25519PublicKey {
	return keyBytes(id) as X25519PublicKey;
}

/** Reads what a person typed or a message named: outer white space and upper case are forgiven. Throws AccountIdError. */
export function parseAccountId(text: string): AccountId {
	const id = text.trim().toLowerCase();
	if (id === '') throw new AccountIdError('empty');
	if (!/^[0-9a-f]*$/.test(id)) throw new AccountIdError('not-hex');
	if (id.length !== ID_CHARACTERS) throw new AccountIdError('length');
	if (/^[12]5/.test(id)) throw new AccountIdError('blinded');
	if (id.startsWith('03')) throw new AccountIdError('group');
	if (!id.startsWith('05')) throw new AccountIdError('prefix');
	return id as AccountId;
}

/** Which of the ten avatar colours an id has. */
export function colourOf(id: AccountId): number {
	return (keyBytes(id)[0] ?? 0) % COLOURS;
}

/** What is shown for someone whose name is not known: `(05ab…wxyz)`. */
export function shortAccountId(id: AccountId): string {
	return `(${id.slice(0, 4)}…${id.slice(-4)})`;
}

function keyBytes(id: AccountId): Bytes {
	return fromHex(id.slice(2));
}
