/** How the methods that work on whole namespaces report what they touched. */
import type { JsonFields } from './reply';
import type { StoredMessage } from './message-store';
import type { NamespaceOrAll } from './namespaces';
import { signAs, type NodeIdentity } from './node-identity';

/** Byte order, which for base64 is the order of the characters. */
export function sortedHashes(messages: readonly Pick<StoredMessage, 'hash'>[]): readonly string[] {
	return messages.map(({ hash }) => hash).sort();
}

/** A list of hashes, or one list per namespace for "all". */
export function affectedEntry(
	identity: NodeIdentity,
	report: {
		readonly field: 'deleted' | 'updated';
		readonly namespace: NamespaceOrAll;
		readonly messages: readonly StoredMessage[];
		/** What the node signs, made of all hashes in order. */
		readonly signed: (hashes: readonly string[]) => Uint8Array;
	}
): JsonFields {
	const hashes = sortedHashes(report.messages);
	return {
		signature: signAs(identity, report.signed(hashes)),
		[report.field]: report.namespace === 'all' ? byNamespace(report.messages) : hashes
	};
}

function byNamespace(messages: readonly StoredMessage[]): JsonFields {
	const namespaces = new Set(messages.map(({ namespace }) => namespace));
	return Object.fromEntries(
		[...namespaces].map((wanted) => [
			String(wanted),
			sortedHashes(messages.filter(({ namespace }) => namespace === wanted))
		])
	);
}
