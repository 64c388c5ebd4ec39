/** Session Pro in the profile config, still changing on the network: config.md §9.1. */
import { BtConsumer } from '../../bt/consumer';
import { isBytes } from '../../bt/value';
import { writeBt } from '../../bt/writer';
import { attempt, ProtocolError } from '../../errors';
import type { Bytes } from '../../types';
import type { ConfigDict } from '../tree';
import { readFlag, readInteger } from './fields';
import type { FieldWriter } from './fields';

/** What proves Pro to others. */
export interface ProCredential {
	/** Unix seconds. */
	readonly expires: number;
	/** 32 bytes, by which it can be revoked. */
	readonly tag: Bytes;
	/** 32 bytes: the seed of the key that signs messages. */
	readonly rotatingSeed: Bytes;
	/** 64 bytes, by the Pro service. */
	readonly signature: Bytes;
}

export interface ProAccess {
	/** Undefined when there is none, and for the form that clients wrote until early 2026, which is left alone. */
	readonly credential: ProCredential | undefined;
	/** Unix seconds; undefined when never bought. */
	readonly expires: number | undefined;
	readonly autoRenewing: boolean;
	/** Seconds after the end in which it still counts. */
	readonly grace: number;
	/** Unix seconds; 0 when not asked for. Means nothing when older than a week. */
	readonly refundRequested: number;
	/** Unix seconds; 0 when not paid ahead. Means nothing when older than a week. */
	readonly prepaid: number;
}

export function readProAccess(data: ConfigDict): ProAccess {
	const stored = data.get('s');
	const credential =
		stored !== undefined && isBytes(stored) ? attempt(() => parseCredential(stored)) : undefined;
	const expires = readInteger(data, 'E');
	return {
		credential: credential instanceof ProtocolError ? undefined : credential,
		// Older clients counted in milliseconds.
		expires: expires !== undefined && expires > 1e12 ? Math.trunc(expires / 1000) : expires,
		autoRenewing: readFlag(data, 'A'),
		grace: readInteger(data, 'G') ?? 0,
		refundRequested: readInteger(data, 'R') ?? 0,
		prepaid: readInteger(data, 'I') ?? 0
	};
}

export function writeProAccess(fields: FieldWriter, access: ProAccess): void {
	if (access.credential !== undefined) fields.bytes('s', encodeCredential(access.credential));
	fields.number('E', access.expires);
	fields.flag('A', access.autoRenewing);
	fields.positive('G', access.grace);
	fields.positive('R', access.refundRequested);
	fields.positive('I', access.prepaid);
}

function encodeCredential({ expires, tag, rotatingSeed, signature }: ProCredential): Bytes {
	return writeBt(
		new Map<string, bigint | Bytes>([
			['e', BigInt(expires)],
			['g', tag],
			['r', rotatingSeed],
			['s', signature]
		])
	);
}

function parseCredential(bytes: Bytes): ProCredential {
	const reader = new BtConsumer(bytes);
	reader.enterDict();
	reader.require('e');
	const expires = Number(reader.int64());
	reader.require('g');
	const tag = reader.bytes();
	reader.require('r');
	const rotatingSeed = reader.bytes();
	reader.require('s');
	return { expires, tag, rotatingSeed, signature: reader.bytes() };
}
