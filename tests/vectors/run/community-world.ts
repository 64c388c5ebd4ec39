/** Servers and users of the community transcripts. */
import { blind15KeyPair, blinded15IdOf } from '../../../src/protocol/blinding/blind15';
import { toHex } from '../../../src/protocol/bytes';
import { accountIdOf, x25519FromEd25519 } from '../../../src/protocol/identity';
import { ed25519FromSeed, parseEd25519PublicKey, x25519FromEd25519Public, x25519KeyPair } from '../../../src/protocol/keys';
import type { Blinded15Id, Ed25519KeyPair, X25519KeyPair } from '../../../src/protocol/types';
import type { Check } from './check';
import type { Fields } from './fields';

export interface CommunityUser {
	readonly ed25519: Ed25519KeyPair;
	readonly id: Blinded15Id;
}

export interface CommunityWorld {
	readonly server: X25519KeyPair;
	readonly users: ReadonlyMap<string, CommunityUser>;
}

export function communityUser(one: Fields, server: X25519KeyPair): CommunityUser {
	const ed25519 = ed25519FromSeed(one.hex('ed25519_seed'));
	return { ed25519, id: blinded15IdOf(blind15KeyPair(ed25519, server.publicKey).publicKey) };
}

/** Everything that the file says about the user, compared. */
export function checkUser(one: Fields, user: CommunityUser, check: Check): void {
	const x25519 = x25519FromEd25519(user.ed25519);
	if (one.has('ed25519_pubkey')) {
		check.bytes(user.ed25519.publicKey, one.hex('ed25519_pubkey'), 'ed25519_pubkey');
	}
	check.same(accountIdOf(x25519.publicKey), one.text('session_id'), 'session_id');
	check.same(user.id, one.text('blinded15_id'), 'blinded15_id');
}

export function serverKeys(server: Fields): X25519KeyPair {
	return x25519KeyPair(server.hex('x25519_privkey'));
}

export function checkServer(server: Fields, check: Check): void {
	const keys = serverKeys(server);
	check.same(toHex(keys.publicKey), server.text('x25519_pubkey'), 'x25519_pubkey');
	if (server.has('ed25519_pubkey')) {
		const ed25519 = parseEd25519PublicKey(server.hex('ed25519_pubkey'));
		check.bytes(x25519FromEd25519Public(ed25519), keys.publicKey, 'ed25519_pubkey');
	}
	if (server.has('ed25519_seed')) {
		const pair = ed25519FromSeed(server.hex('ed25519_seed'));
		check.same(toHex(pair.publicKey), server.text('ed25519_pubkey'), 'ed25519_seed');
	}
	// Which program it was and how it was set up.
	server.skip('url', 'software', 'require_blind_keys', 'mode');
}
