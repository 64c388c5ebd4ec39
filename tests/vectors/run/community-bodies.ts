/** Signatures and ciphertexts in what community servers were sent and what they answered. */
import { decryptBlinded, encryptForBlinded } from '../../../src/protocol/blinding/inbox-encryption';
import { parseBlindedId } from '../../../src/protocol/blinding/blinded-id';
import { fromBase64, toBase64 } from '../../../src/protocol/bytes';
import { batchRequest, parseBatchResults, type CommunityCall } from '../../../src/protocol/communities/batch';
import { verifyPost } from '../../../src/protocol/communities/post-signature';
import { blindedSigner } from '../../../src/protocol/communities/request-signing';
import { pad160, unpad } from '../../../src/protocol/padding';
import { decodeContent } from '../../../src/protocol/protobuf/content';
import { accountIdOf, x25519FromEd25519 } from '../../../src/protocol/identity';
import type { Bytes } from '../../../src/protocol/types';
import { scripted } from '../../protocol/setup';
import type { Check } from './check';
import type { CommunityUser, CommunityWorld } from './community-world';

type Json = Readonly<Record<string, unknown>>;

const INBOX_NONCE_BYTES = 24;
const SIGNATURE_BYTES = 64;

function isObject(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every post and every inbox message anywhere in a reply. */
export function checkReplyBody(body: unknown, world: CommunityWorld, check: Check): void {
	if (Array.isArray(body)) {
		if (body.length > 0 && body.every((part) => isObject(part) && 'code' in part)) parseBatchResults(body);
		for (const part of body as readonly unknown[]) checkReplyBody(part, world, check);
		return;
	}
	if (!isObject(body)) return;
	const { session_id: author, data, signature, sender, recipient, message } = body;
	if (typeof author === 'string' && typeof data === 'string' && typeof signature === 'string') {
		checkPost(author, data, signature, check);
	}
	if (typeof sender === 'string' && typeof recipient === 'string' && typeof message === 'string') {
		checkInboxMessage(message, sender, recipient, world, check);
	}
	for (const value of Object.values(body)) checkReplyBody(value, world, check);
}

function checkPost(author: string, data: string, signature: string, check: Check): void {
	const [content, signed] = [fromBase64(data), fromBase64(signature)];
	// The recordings put zeros where they want a wrong signature, to show that the server takes it.
	const isForged = signed.every((byte) => byte === 0) || signed.length !== SIGNATURE_BYTES;
	check.same(verifyPost(author, content, signed), !isForged, 'signature of a post');
}

/** For everybody of the file who can read it: its sender out of the outbox, and its recipient. */
function checkInboxMessage(
	message: string,
	senderText: string,
	recipientText: string,
	world: CommunityWorld,
	check: Check
): void {
	const [sender, recipient] = [parseBlindedId(senderText), parseBlindedId(recipientText)];
	const readers = [...world.users.values()].filter(({ id }) => id === sender || id === recipient);
	const author = readers.find(({ id }) => id === sender);
	for (const { ed25519 } of readers) {
		const server = world.server.publicKey;
		const opened = decryptBlinded(fromBase64(message), ed25519, sender, recipient, server);
		check.same(opened.sender, author?.ed25519.publicKey, 'sender of an inbox message');
		check.same(
			opened.senderId,
			author && accountIdOf(x25519FromEd25519(author.ed25519).publicKey),
			'Account ID of the sender'
		);
		decodeContent(unpad(opened.message));
		check.holds(opened.message.length % 160 === 0, 'padding of an inbox message');
	}
}

/** What a client made for the body of its request, made anew. */
export function checkRequestBody(
	request: { readonly method: string; readonly path: string; readonly body: Bytes | null },
	user: CommunityUser,
	world: CommunityWorld,
	check: Check
): void {
	const { path, body } = request;
	if (body === null || !/^\/(?:batch|sequence|inbox|room\/\w+\/message)/.test(path)) return;
	const text = Buffer.from(body).toString('utf8');
	const value: unknown = JSON.parse(text);
	if (path === '/batch' || path === '/sequence') {
		checkBatch(path === '/batch' ? 'batch' : 'sequence', value, text, check);
		return;
	}
	if (!isObject(value)) return;
	const { data, signature, message } = value;
	if (typeof data === 'string' && typeof signature === 'string') checkOwnPost(data, signature, user, world, check);
	const recipient = path.split('/').at(-1) ?? '';
	if (typeof message === 'string' && recipient.startsWith('15')) {
		checkOwnInboxMessage(fromBase64(message), recipient, user, world, check);
	}
}

function checkBatch(kind: 'batch' | 'sequence', value: unknown, text: string, check: Check): void {
	const calls = (value as (CommunityCall & { json?: unknown; b64?: string })[]).map(
		({ json, b64, ...call }): CommunityCall => ({
			...call,
			...(json !== undefined && { body: { json } }),
			...(b64 !== undefined && { body: { bytes: fromBase64(b64) } })
		})
	);
	const { body } = batchRequest(kind, calls);
	check.same(Buffer.from(body ?? []).toString('utf8'), text, 'the batch');
}

function checkOwnPost(
	data: string,
	signature: string,
	user: CommunityUser,
	world: CommunityWorld,
	check: Check
): void {
	const content = fromBase64(data);
	const plain = unpad(content);
	check.holds(decodeContent(plain).dataMessage !== undefined, 'content of the post');
	if (content.length !== plain.length) check.bytes(pad160(plain), content, 'padding of the post');
	const signed = fromBase64(signature);
	const account = accountIdOf(x25519FromEd25519(user.ed25519).publicKey);
	const ours = blindedSigner(user.ed25519, world.server.publicKey).sign(content);
	if (toBase64(ours) === signature) check.holds(verifyPost(user.id, content, ours), 'signature of the post');
	// On a server without blinding the X25519 key signed, with a nonce by chance.
	else if (verifyPost(account, content, signed)) check.holds(true, 'signature of the post');
	else checkPost(user.id, data, signature, check);
}

function checkOwnInboxMessage(
	message: Bytes,
	recipientText: string,
	user: CommunityUser,
	world: CommunityWorld,
	check: Check
): void {
	const recipient = parseBlindedId(recipientText);
	const server = world.server.publicKey;
	const reader = [...world.users.values()].find(({ id }) => id === recipient);
	if (reader === undefined) return;
	const nonce = message.slice(-INBOX_NONCE_BYTES);
	let opened;
	try {
		opened = decryptBlinded(message, user.ed25519, user.id, recipient, server);
	} catch {
		// Sent on purpose to somebody it was not encrypted for.
		return;
	}
	const ours = encryptForBlinded(opened.message, user.ed25519, recipient, server, scripted(nonce));
	check.bytes(ours, message, 'the inbox message');
}
