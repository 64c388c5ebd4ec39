/** How recorded requests to a community server were signed. */
import { blind25IdFromEd25519, blind25Sign } from '../../../src/protocol/blinding/blind25';
import { fromHex, toHex } from '../../../src/protocol/bytes';
import {
	blindedSigner,
	signedRequest,
	signRequest,
	unblindedSigner,
	type CommunitySigner
} from '../../../src/protocol/communities/request-signing';
import { blake2b, verify } from '../../../src/protocol/keys';
import type { V4Request } from '../../../src/protocol/onion-v4';
import type { Ed25519KeyPair, X25519PublicKey } from '../../../src/protocol/types';
import { scripted } from '../../protocol/setup';
import type { Check } from './check';
import type { Fields } from './fields';

type Headers = Readonly<Record<string, string>>;

/** What a request that the server refuses for its signature is answered with. */
const REFUSED = [400, 401, 425];

/** The scheme that the recorded key names; a key of another kind was put in place of a blinded one. */
function signerFor(key: string, own: Ed25519KeyPair, server: X25519PublicKey): CommunitySigner {
	if (key.startsWith('00')) return unblindedSigner(own);
	if (!key.startsWith('25')) return blindedSigner(own, server);
	const id = blind25IdFromEd25519(own.publicKey, server);
	return { id, sign: (message) => blind25Sign(message, own, server) };
}

/** What was signed, and the signature. */
export function checkAuth(
	auth: Fields,
	request: V4Request,
	signer: CommunitySigner,
	server: X25519PublicKey,
	check: Check
): void {
	const nonce = auth.hex('nonce_hex');
	const message = signedRequest(server, nonce, Number(auth.text('timestamp')), request);
	check.bytes(message, auth.hex('signed_message_hex'), 'auth.signed_message_hex');
	check.same(decodeURIComponent(request.endpoint), auth.text('signed_path'), 'auth.signed_path');
	const { body } = request;
	const hash = body === null || body.length === 0 ? null : toHex(blake2b(64, body));
	check.same(hash, auth.raw('body_blake2b64_hex'), 'auth.body_blake2b64_hex');
	const signature = signer.sign(message);
	check.bytes(signature, auth.hex('signature_hex'), 'auth.signature_hex');
	check.holds(verify(signature, message, fromHex(signer.id.slice(2))), 'the signature by the signing key');
}

/** The signed request made anew; its headers must be those that were sent, unless the server refused just them. */
export function checkSigned(
	auth: Fields,
	recorded: V4Request,
	own: Ed25519KeyPair,
	server: X25519PublicKey,
	status: number,
	check: Check
): void {
	const signer = signerFor(recorded.headers['X-SOGS-Pubkey'] ?? '', own, server);
	const headers = Object.fromEntries(
		Object.entries(recorded.headers).filter(([name]) => !name.startsWith('X-SOGS-'))
	);
	const request = { ...recorded, headers };
	checkAuth(auth, request, signer, server, check);
	const nonce = auth.hex('nonce_hex');
	const signed = signRequest(request, server, signer, Number(auth.text('timestamp')), scripted(nonce));
	const sent: Headers = { ...recorded.headers, ...sameNonce(recorded.headers, toHex(nonce), signed.headers) };
	const differing = Object.keys(signed.headers).filter((name) => signed.headers[name] !== sent[name]);
	// Requests that were to be refused for a header differ in that one.
	const mangled = REFUSED.includes(status) && differing.length === 1 ? differing[0] : undefined;
	check.same(without(signed.headers, mangled), without(sent, mangled), 'the headers');
}

function without(headers: Headers, mangled: string | undefined): Headers {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== mangled));
}

/** Servers take the nonce in hex too. */
function sameNonce(recorded: Headers, hex: string, ours: Headers): Headers {
	const name = 'X-SOGS-Nonce';
	return recorded[name] === hex && ours[name] !== undefined ? { [name]: ours[name] } : {};
}
