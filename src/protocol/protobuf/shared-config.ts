/** A config of an account inside a message to itself: config.md §6. */
import { ProtocolError } from '../errors';
import type { Bytes } from '../types';
import { sotto } from './generated/session';
import { decodeMessage, encodeMessage } from './wire';

export interface SharedConfigMessage {
	/** 1 to 4, see config/kinds.ts. */
	readonly kind: number;
	readonly seqno: number;
	readonly data: Bytes;
}

export function encodeSharedConfig(config: SharedConfigMessage): Bytes {
	return encodeMessage(sotto.ConfigContent, { sharedConfigMessage: config });
}

/** Throws ProtocolError 'malformed', also for contents that hold something else. */
export function decodeSharedConfig(bytes: Uint8Array): SharedConfigMessage {
	const config = decodeMessage(sotto.ConfigContent, bytes).sharedConfigMessage;
	if (config === undefined) throw new ProtocolError('malformed', 'message holds no config');
	return config;
}
