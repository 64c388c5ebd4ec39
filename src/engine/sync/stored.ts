import { ProtocolError } from '../../protocol/errors';
import { parseStoreReply, verifyStoreEntry } from '../../protocol/storage-rpc';
import type { MessageHash } from '../../protocol/types';

/** Whether a node says that it stored what we gave it: under our own hash, and at least one node signs for it. */
export function isStored(body: unknown, expected: MessageHash): boolean {
	try {
		const { hash, stored } = parseStoreReply(body);
		if (hash !== expected) return false;
		return stored.some(
			(entry) => entry.hash === expected && verifyStoreEntry(entry.node, entry.hash, entry.signature)
		);
	} catch (error) {
		if (error instanceof ProtocolError) return false;
		throw error;
	}
}
