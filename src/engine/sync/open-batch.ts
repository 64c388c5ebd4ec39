import { openDirectMessage } from '../../protocol/direct-message';
import { ProtocolError } from '../../protocol/errors';
import type { Identity } from '../../protocol/identity';
import { UnopenableError } from '../../protocol/session-encryption';
import { messageHash } from '../../protocol/storage-rpc';
import type { StoredMessage } from '../../protocol/storage-rpc';
import type { IgnoredView } from '../api';
import type { Log } from '../log';
import { classify } from './incoming';
import type { Arrival, ArrivalContext, Signal } from './incoming';

export const INBOX = 0;

/** One stored message, opened as far as it could be. */
export interface OpenedItem {
	readonly stored: StoredMessage;
	/** False when the node gave a hash that is not that of the bytes: such a hash must not count as seen. */
	readonly honest: boolean;
	readonly arrival: Arrival | null;
	readonly signal: Signal | null;
	readonly counter: keyof IgnoredView | null;
	/** Why the bytes are kept for a later version, in one word; null when they are of no use. */
	readonly aside: string | null;
}

/** Never throws: what cannot be opened is said in the item. */
export function openItem(
	stored: StoredMessage,
	identity: Identity,
	times: Pick<ArrivalContext, 'now' | 'nodeTime'>,
	log: Log
): OpenedItem {
	const nothing = { stored, honest: true, arrival: null, signal: null, counter: null, aside: null };
	if (messageHash(identity.accountId, INBOX, stored.data) !== stored.hash) {
		return { ...nothing, honest: false, counter: 'malformed' };
	}
	try {
		const opened = openDirectMessage(stored.data, identity);
		const found = classify(opened, { ...times, self: identity.accountId, hash: stored.hash });
		switch (found.kind) {
			case 'ignored':
				return { ...nothing, counter: found.counter, aside: found.aside };
			case 'receipt':
			case 'typing':
				return { ...nothing, signal: found };
			default:
				return { ...nothing, arrival: found };
		}
	} catch (error) {
		if (error instanceof ProtocolError) return { ...nothing, ...refusal(error) };
		log.failure('item-ignored', error);
		return { ...nothing, counter: 'malformed', aside: 'failed' };
	}
}

function refusal(error: ProtocolError): Pick<OpenedItem, 'counter' | 'aside'> {
	switch (error.kind) {
		case 'unsupported-version':
			return { counter: 'unsupported', aside: 'version' };
		case 'unauthenticated':
			return { counter: error instanceof UnopenableError ? 'undecryptable' : 'forged', aside: null };
		default:
			return { counter: 'malformed', aside: null };
	}
}
