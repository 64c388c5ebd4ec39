/** From stored messages to config messages that can be merged: config.md §4. */
import { attempt, ProtocolError } from '../errors';
import type { Bytes, Ed25519PublicKey, MessageHash, NetworkTime } from '../types';
import type { ConfigMessage } from './message';
import { isPart } from './multipart';
import type { PartCollector } from './multipart';
import { unpack } from './pack';
import { parseMessage } from './parse';
import { decodeStored } from './transport';
import type { Transport } from './transport';

export interface StoredConfig {
	readonly hash: MessageHash;
	readonly data: Bytes;
}

export interface Candidate {
	readonly message: ConfigMessage;
	/** The stored messages that hold it: more than one for a config in parts. */
	readonly hashes: readonly MessageHash[];
}

export interface Received {
	readonly candidates: readonly Candidate[];
	/** What was understood, parts of configs that are not complete included. */
	readonly accepted: ReadonlySet<MessageHash>;
	/** Why a message that decrypts is no config; the last such error. */
	readonly refusal: ProtocolError | undefined;
}

/** Messages that do not decrypt or make no sense are passed over: they may come from a newer client. */
export function receive(
	stored: readonly StoredConfig[],
	transport: Transport,
	signer: Ed25519PublicKey | undefined,
	parts: PartCollector,
	now: NetworkTime
): Received {
	const candidates: Candidate[] = [];
	const accepted = new Set<MessageHash>();
	let refusal: ProtocolError | undefined;
	for (const { hash, data } of stored) {
		const content = decodeStored(data, transport);
		if (content === undefined) continue;
		const whole = attempt(() =>
			isPart(content) ? parts.add(hash, content, now) : { content, hashes: [hash] }
		);
		if (whole instanceof ProtocolError) continue;
		accepted.add(hash);
		if (whole === undefined) continue;
		const serialized = attempt(() => unpack(whole.content));
		if (serialized instanceof ProtocolError) {
			accepted.delete(hash);
			continue;
		}
		const message = attempt(() => parseMessage(serialized, signer));
		if (message instanceof ProtocolError) {
			for (const part of whole.hashes) accepted.delete(part);
			refusal = message;
			continue;
		}
		candidates.push({ message, hashes: whole.hashes });
	}
	return { candidates, accepted, refusal };
}
