/** sogs/: what a community server and its clients said to each other, and the keys they said it with. */
import { blind15Factor, blind15Ids, blind15KeyPair } from '../../../src/protocol/blinding/blind15';
import { blind25IdFromEd25519, blind25KeyPair, blind25Sign } from '../../../src/protocol/blinding/blind25';
import { blindedPublicKey, parseBlindedId } from '../../../src/protocol/blinding/blinded-id';
import { decryptBlinded, encryptForBlinded } from '../../../src/protocol/blinding/inbox-encryption';
import { concat, fromBase64, toHex, utf8 } from '../../../src/protocol/bytes';
import { multiplyPoint, secretScalar } from '../../../src/protocol/ed25519-scalars';
import { blindedSigner, signRequest, unblindedSigner } from '../../../src/protocol/communities/request-signing';
import { parseAccountId, x25519FromEd25519 } from '../../../src/protocol/identity';
import { blake2b, ed25519FromSeed, parseX25519PublicKey, verify, x25519KeyPair } from '../../../src/protocol/keys';
import type { V4Method, V4Request } from '../../../src/protocol/onion-v4';
import type { Bytes } from '../../../src/protocol/types';
import { scripted } from '../../protocol/setup';
import type { Check } from './check';
import { checkAuth, checkSigned } from './community-auth';
import { checkReplyBody, checkRequestBody } from './community-bodies';
import { checkServer, checkUser, communityUser, serverKeys, type CommunityWorld } from './community-world';
import type { Fields } from './fields';
import type { FileCase, FileShape } from './handler';
import { bodyOf } from './message-body';

function worldOf(file: Fields): CommunityWorld {
	const server = serverKeys(file.fields('server'));
	const users = file.fields('users');
	return {
		server,
		users: new Map(users.names().map((name) => [name, communityUser(users.fields(name), server)]))
	};
}

function requestOf(request: Fields): V4Request {
	return {
		method: request.text('method') as V4Method,
		endpoint: request.text('path'),
		headers: request.raw('headers') as Readonly<Record<string, string>>,
		body: bodyOf(request)
	};
}

function exchange(one: Fields, world: CommunityWorld, check: Check): void {
	one.skip('note');
	const request = requestOf(one.fields('request'));
	const response = one.fields('response');
	response.skip('headers');
	const status = response.number('status');
	if (response.has('body_json')) checkReplyBody(response.raw('body_json'), world, check);
	else bodyOf(response);
	if (!one.has('auth')) return;
	const user = world.users.get(one.text('as'));
	if (user === undefined) throw new Error('who asked is not in the file');
	checkSigned(one.fields('auth'), request, user.ed25519, world.server.publicKey, status, check);
	const { method, endpoint: path, body } = request;
	checkRequestBody({ method, path, body }, user, world, check);
}

/** The intermediate values of one inbox message. */
function dmCrypto(one: Fields, world: CommunityWorld, check: Check): void {
	const [from, to] = [world.users.get(one.text('from')), world.users.get(one.text('to'))];
	if (from === undefined || to === undefined) throw new Error('sender or recipient is not in the file');
	const server = world.server.publicKey;
	const [ours, theirs] = [blindedPublicKey(from.id), blindedPublicKey(to.id)];
	check.bytes(ours, one.hex('sender_kA'), 'sender_kA');
	check.bytes(theirs, one.hex('recipient_kB'), 'recipient_kB');
	const point = multiplyPoint(secretScalar(from.ed25519.secretKey), theirs);
	check.bytes(point, one.hex('shared_point_a_kB'), 'shared_point_a_kB');
	const key = blake2b(32, concat(point, ours, theirs));
	check.bytes(key, one.hex('key_hex'), 'key_hex');
	const back = multiplyPoint(secretScalar(to.ed25519.secretKey), ours);
	const otherKey = blake2b(32, concat(back, ours, theirs));
	check.bytes(otherKey, one.hex('key_from_recipient_side'), 'key_from_recipient_side');
	const plaintext = one.hex('plaintext_hex');
	check.bytes(concat(plaintext, from.ed25519.publicKey), one.hex('inner_hex'), 'inner_hex');
	const message = one.hex('message_hex');
	const sealed = encryptForBlinded(plaintext, from.ed25519, to.id, server, scripted(one.hex('nonce_hex')));
	check.bytes(sealed, message, 'message_hex');
	const opened = decryptBlinded(message, to.ed25519, from.id, to.id, server);
	check.bytes(opened.message, plaintext, 'the opened message');
}

export const exchanges: FileShape = {
	recognises: (file) => 'exchanges' in file && 'users' in file,
	cases(file) {
		file.skip('provenance', 'recorded_at');
		const world = worldOf(file);
		const users = file.fields('users');
		const setting: FileCase = {
			name: '(server and users)',
			run(check) {
				checkServer(file.fields('server'), check);
				for (const [name, user] of world.users) checkUser(users.fields(name), user, check);
			}
		};
		const dm = file.has('dm_crypto')
			? [{ name: 'dm_crypto', run: (check: Check) => dmCrypto(file.fields('dm_crypto'), world, check) }]
			: [];
		const all = file.list('exchanges').map((one): FileCase => ({
			name: one.text('name'),
			run: (check) => exchange(one, world, check),
			mayBeEmpty: !one.has('auth')
		}));
		return [setting, ...all, ...dm];
	}
};

function blindedKeys(one: Fields, server: Bytes, check: Check): void {
	const own = ed25519FromSeed(one.hex('ed25519_seed'));
	const x25519 = x25519FromEd25519(own);
	const key = parseX25519PublicKey(server);
	check.bytes(own.publicKey, one.hex('ed25519_pubkey'), 'ed25519_pubkey');
	check.same((own.publicKey[31] ?? 0) >> 7, one.number('ed25519_pubkey_sign_bit'), 'ed25519_pubkey_sign_bit');
	check.bytes(secretScalar(own.secretKey), one.hex('ed25519_private_scalar_a'), 'ed25519_private_scalar_a');
	check.bytes(x25519.publicKey, one.hex('x25519_pubkey'), 'x25519_pubkey');
	const account = parseAccountId(one.text('session_id'));
	check.same(account, `05${toHex(x25519.publicKey)}`, 'session_id');

	const blind15 = one.fields('blind15');
	blind15.skip('note');
	const pair = blind15KeyPair(own, key);
	check.bytes(blind15Factor(key), blind15.hex('k'), 'blind15.k');
	check.bytes(pair.scalar, blind15.hex('ka'), 'blind15.ka');
	check.bytes(pair.publicKey, blind15.hex('kA'), 'blind15.kA');
	const signer = blindedSigner(own, key);
	check.same(signer.id, blind15.text('id'), 'blind15.id');
	check.same([...blind15Ids(account, key)], blind15.raw('candidates_from_session_id'), 'candidates');
	const message = utf8(blind15.text('message'));
	check.bytes(signer.sign(message), blind15.hex('signature'), 'blind15.signature');

	const blind25 = one.fields('blind25');
	const id = blind25IdFromEd25519(own.publicKey, key);
	check.bytes(blind25KeyPair(own, key).factor, blind25.hex('k_prime'), 'blind25.k_prime');
	check.same(id, blind25.text('id'), 'blind25.id');
	check.bytes(blindedPublicKey(parseBlindedId(id)), blind25.hex('kA'), 'blind25.kA');
	const signature = blind25Sign(utf8(blind25.text('message')), own, key);
	check.bytes(signature, blind25.hex('signature'), 'blind25.signature');
	check.holds(verify(signature, utf8(blind25.text('message')), blindedPublicKey(id)), 'blind25 verifies');
}

function desktopVector(one: Fields, check: Check): void {
	one.skip('source');
	const own = ed25519FromSeed(one.hex('ed25519_seed'));
	const server = parseX25519PublicKey(one.hex('server_pubkey'));
	const [nonce, timestamp] = [one.base64('nonce_b64'), one.number('timestamp')];
	for (const part of one.list('cases')) {
		const request: V4Request = {
			method: one.text('method') as V4Method,
			endpoint: one.text('path'),
			headers: {},
			body: part.has('body') ? utf8(part.text('body')) : null
		};
		const signer = part.boolean('blinded') ? blindedSigner(own, server) : unblindedSigner(own);
		checkAuth(part, request, signer, server, check);
		const { headers } = signRequest(request, server, signer, timestamp, scripted(nonce));
		check.same(headers, part.raw('headers'), 'headers');
		check.bytes(fromBase64(headers['X-SOGS-Nonce'] ?? ''), nonce, 'nonce_b64');
	}
}

export const keys: FileShape = {
	recognises: (file) => 'desktop_unit_test_vector' in file,
	cases(file) {
		file.skip('provenance');
		const server = file.hex('server_x25519_pubkey');
		const users = file.fields('users');
		return [
			{
				name: '(server)',
				run: (check) =>
					check.bytes(x25519KeyPair(file.hex('server_x25519_privkey')).publicKey, server, 'server key')
			},
			...users.names().map((name): FileCase => ({
				name,
				run: (check) => blindedKeys(users.fields(name), server, check)
			})),
			{
				name: 'desktop_unit_test_vector',
				run: (check) => desktopVector(file.fields('desktop_unit_test_vector'), check)
			}
		];
	}
};
