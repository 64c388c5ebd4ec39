import { nodeSignedString, signedString } from '../../protocol/storage-signatures';
import { affectedEntry, sortedHashes } from '../affected';
import { DELETE, isAuthorised, readAuth } from '../auth';
import { isFresh, TOLERANCE_MS } from '../clock-window';
import { readHashes } from '../hash-list';
import { swarmMethod } from '../method';
import { signAs } from '../node-identity';
import { readFields, required } from '../params';
import { refusal, type Reply } from '../reply';
import { runInSwarm, wrongSwarm } from '../swarm-forward';

export const deleteMessages = swarmMethod('delete', (params) => {
	const fields = readFields(params, {
		messages: 'texts',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		required: 'flag',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text'
	});
	const auth = readAuth(fields);
	const hashes = readHashes(fields.messages);
	const { account } = auth;

	return async (node, forwarded) => {
		const elsewhere = wrongSwarm(node, account);
		if (elsewhere !== null) return elsewhere;
		if (!isAuthorised(auth, { access: DELETE, signed: signedString.delete(hashes) }, node.store)) {
			return refusal(401, 'delete_msgs signature verification failed');
		}
		const reply = await runInSwarm(node, {
			method: 'delete',
			params,
			forwarded,
			now: node.now(),
			own: () => {
				const found = new Set(hashes.filter((hash) => node.store.get(account.id, hash) !== undefined));
				const deleted = [...found].sort();
				node.store.deleteHashes(deleted);
				const signed = nodeSignedString.delete(account.id, hashes, deleted);
				return { deleted, signature: signAs(node.identity, signed) };
			}
		});
		return fields.required === true && !forwarded && !deletedAnything(reply)
			? { ...reply, status: 404 }
			: reply;
	};
});

function deletedAnything({ body }: Reply): boolean {
	if (typeof body === 'string' || body instanceof Uint8Array) return false;
	return Object.values(body['swarm'] ?? {}).some(
		(entry: { deleted?: unknown }) => Array.isArray(entry.deleted) && entry.deleted.length > 0
	);
}

export const deleteAll = swarmMethod('delete_all', (params) => {
	const fields = readFields(params, {
		namespace: 'namespace or all',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text',
		timestamp: 'time'
	});
	const auth = readAuth(fields);
	const timestamp = required('timestamp', fields.timestamp);
	const namespace = fields.namespace ?? 0;
	const account = auth.account.id;

	return (node, forwarded) => {
		const elsewhere = wrongSwarm(node, auth.account);
		if (elsewhere !== null) return elsewhere;
		const now = node.now();
		if (!isFresh(timestamp, now, forwarded)) {
			return refusal(406, 'delete_all timestamp too far from current time');
		}
		const signed = signedString.deleteAll(namespace, timestamp);
		if (!isAuthorised(auth, { access: DELETE, signed }, node.store)) {
			return refusal(401, 'delete_all signature verification failed');
		}
		const own = () => {
			const messages = node.store.list(account, namespace);
			node.store.deleteHashes(sortedHashes(messages));
			return affectedEntry(node.identity, {
				field: 'deleted',
				namespace,
				messages,
				signed: (hashes) => nodeSignedString.deleteAll(account, timestamp, hashes)
			});
		};
		return runInSwarm(node, { method: 'delete_all', params, forwarded, now, own });
	};
});

export const deleteBefore = swarmMethod('delete_before', (params) => {
	const fields = readFields(params, {
		before: 'time',
		namespace: 'namespace or all',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text'
	});
	const auth = readAuth(fields);
	const before = required('before', fields.before);
	const namespace = fields.namespace ?? 0;
	const account = auth.account.id;

	return (node, forwarded) => {
		const elsewhere = wrongSwarm(node, auth.account);
		if (elsewhere !== null) return elsewhere;
		const now = node.now();
		if (before > now + TOLERANCE_MS) {
			return refusal(401, 'delete_before timestamp too far in the future');
		}
		const signed = signedString.deleteBefore(namespace, before);
		if (!isAuthorised(auth, { access: DELETE, signed }, node.store)) {
			return refusal(401, 'delete_before signature verification failed');
		}
		const own = () => {
			const messages = node.store.list(account, namespace).filter((message) => message.timestamp <= before);
			node.store.deleteHashes(sortedHashes(messages));
			if (namespace === 'all' && messages.length > 0) {
				throw new Error('the real servers fail here after they have deleted, and so do we');
			}
			return affectedEntry(node.identity, {
				field: 'deleted',
				namespace,
				messages,
				signed: (hashes) => nodeSignedString.deleteBefore(account, before, hashes)
			});
		};
		return runInSwarm(node, { method: 'delete_before', params, forwarded, now, own });
	};
});
