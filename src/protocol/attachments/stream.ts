/**
 * The newer, deterministic form of attachments and pictures: `S`, a nonce, then a secretstream of 32 KiB chunks. The same
 * sender and content give the same blob. attachments.md §5.
 */
import { toBytes, utf8 } from '../bytes';
import { ProtocolError } from '../errors';
import { sodium } from '../sodium';
import type { Bytes, Ed25519SecretKey } from '../types';
import { freeSecretstream, personalHash } from './sodium-memory';
import { pieces, type OpenedAttachment, type PlaintextSource } from './source';
import {
	CHUNK_BYTES,
	MARKER,
	SEALED_CHUNK_BYTES,
	STREAM_HEAD_BYTES,
	STREAM_TAG_BYTES,
	streamBlobSize,
	streamPadding
} from './stream-padding';

export interface StreamAttachment {
	readonly blob: Bytes;
	/** 32 bytes. */
	readonly key: Bytes;
	/** Of the plaintext: what the pointer says. */
	readonly size: number;
}

export type StreamKind = 'attachment' | 'picture';

const FORM = 0x53;
const NONCE_BYTES = 24;
const KEY_BYTES = 32;
const SEED_BYTES = 32;
/** Of a chunk that others follow, and of the last. */
const TAG_MESSAGE = 0;
const TAG_FINAL = 3;
const PERSONAL = { attachment: utf8('SessionAttachmnt'), picture: utf8('Session_Prof_Pic') } as const;

/** Reads the source twice. Throws ProtocolError 'too-large' above 10,218,286 bytes. */
export async function sealStream(
	source: PlaintextSource,
	sender: Ed25519SecretKey,
	kind: StreamKind
): Promise<StreamAttachment> {
	const padding = streamPadding(source.size);
	const seed = sender.subarray(0, SEED_BYTES);
	const hash = await personalHash(NONCE_BYTES + KEY_BYTES, seed, PERSONAL[kind], source.read());
	const [nonce, key] = [hash.subarray(0, NONCE_BYTES), hash.slice(NONCE_BYTES)];
	const blob = new Uint8Array(streamBlobSize(source.size, padding));
	blob[0] = FORM;
	blob.set(nonce, 1);
	const before = new Uint8Array(padding).fill(MARKER, padding - 1);
	const last = padding + source.size;
	let read = 0;
	let offset = STREAM_HEAD_BYTES;
	// The usual start draws a nonce by chance. Reading and writing states are alike, so a reading one with this nonce serves.
	const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(nonce, key);
	try {
		for await (const chunk of pieces(source, CHUNK_BYTES, { before })) {
			read += chunk.length;
			const tag = read === last ? TAG_FINAL : TAG_MESSAGE;
			const sealed = sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, tag);
			blob.set(sealed, offset);
			offset += sealed.length;
		}
	} finally {
		freeSecretstream(state);
	}
	return { blob, key, size: source.size };
}

/**
 * Reads up to the first byte of data; the rest is opened chunk by chunk, and only the last chunk shows that nothing is
 * missing. Throws ProtocolError: 'unsupported-version' for a form of newer clients, 'malformed' for wrong lengths and
 * padding, 'unauthenticated' when a chunk was altered, left out or is of another key.
 */
export function openStream(blob: Uint8Array, key: Uint8Array): OpenedAttachment {
	if (key.length !== KEY_BYTES) throw new ProtocolError('malformed', 'attachment key has the wrong length');
	if (blob[0] !== FORM) throw new ProtocolError('unsupported-version', 'attachment is of another form');
	const lastChunk = (blob.length - STREAM_HEAD_BYTES) % SEALED_CHUNK_BYTES;
	if (blob.length < STREAM_HEAD_BYTES + STREAM_TAG_BYTES || (lastChunk > 0 && lastChunk < STREAM_TAG_BYTES)) {
		throw new ProtocolError('malformed', 'attachment is cut off');
	}
	const chunks = openedChunks(blob, key);
	let padding = 0;
	for (let next = chunks.next(); next.done !== true; next = chunks.next()) {
		const start = next.value.findIndex((byte) => byte !== 0);
		padding += start === -1 ? next.value.length : start + 1;
		if (start === -1) continue;
		if (next.value[start] !== MARKER) break;
		const size = plaintextSize(blob) - padding;
		return { size, pieces: continued(next.value.subarray(start + 1), chunks) };
	}
	chunks.return(undefined);
	throw new ProtocolError('malformed', 'attachment padding has no end');
}

function plaintextSize(blob: Uint8Array): number {
	const stream = blob.length - STREAM_HEAD_BYTES;
	return stream - STREAM_TAG_BYTES * Math.ceil(stream / SEALED_CHUNK_BYTES);
}

function* continued(first: Bytes, rest: Iterable<Bytes>): Generator<Bytes> {
	yield first;
	yield* rest;
}

function* openedChunks(blob: Uint8Array, key: Uint8Array): Generator<Bytes, undefined> {
	const nonce = blob.subarray(1, STREAM_HEAD_BYTES);
	const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(nonce, key);
	try {
		for (let start = STREAM_HEAD_BYTES; start < blob.length; start += SEALED_CHUNK_BYTES) {
			const end = Math.min(start + SEALED_CHUNK_BYTES, blob.length);
			const sealed = blob.subarray(start, end);
			const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(state, sealed, null);
			const expected = end === blob.length ? TAG_FINAL : TAG_MESSAGE;
			if (opened === false || opened.tag !== expected) {
				throw new ProtocolError('unauthenticated', 'attachment chunk does not open');
			}
			yield toBytes(opened.message);
		}
	} finally {
		freeSecretstream(state);
	}
}
