import { signedString } from '../../protocol/storage-signatures';
import { isAuthorised, READ, readAccount, readAuth } from '../auth';
import { isFresh } from '../clock-window';
import { isBase64 } from '../encodings';
import { method } from '../method';
import { isReadableByAnyone, isRevocationProof, TESTING_NAMESPACE } from '../namespaces';
import { stamp } from '../node-context';
import { atMostOne, ParameterError, readFields, required } from '../params';
import { ok, refusal } from '../reply';
import { wrongSwarm } from '../swarm-forward';

const MAX_SIZE = 7_800_000;
const DEFAULT_SHARE = 5;
const HASH_CHARACTERS = 43;

export const retrieve = method('retrieve', (params) => {
	const fields = readFields(params, {
		lastHash: 'text',
		last_hash: 'text',
		max_count: 'integer',
		max_size: 'integer',
		namespace: 'namespace',
		pubKey: 'text',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text',
		timestamp: 'time'
	});
	const pubkey = required('pubkey', atMostOne(['pubkey', fields.pubkey], ['pubKey', fields.pubKey]));
	const namespace = fields.namespace ?? 0;
	const anyAuth = fields.pubkey_ed25519 ?? fields.signature ?? fields.timestamp;
	// An explicit private namespace makes the signature a required field; without one it is missing only later.
	const mustSign = fields.namespace !== undefined && !isReadableByAnyone(fields.namespace);
	const auth = anyAuth !== undefined || mustSign ? readAuth({ ...fields, pubkey }) : null;
	const account = auth?.account ?? readAccount(pubkey);
	const lastHash = readLastHash(atMostOne(['last_hash', fields.last_hash], ['lastHash', fields.lastHash]));
	const limits = { lastHash, ...readLimits(fields.max_count, fields.max_size) };
	// A signature without a time counts as one of long ago.
	const signedAt = fields.timestamp ?? 0;

	return (node, forwarded) => {
		const elsewhere = wrongSwarm(node, account);
		if (elsewhere !== null) return elsewhere;
		const now = node.now();
		if (namespace === TESTING_NAMESPACE && node.version === '2.11') {
			return ok({ messages: [], more: false, ...stamp(node, now) });
		}
		if (auth === null && !isReadableByAnyone(namespace)) {
			return refusal(401, 'retrieve: request signature required');
		}
		if (auth !== null) {
			if (!isFresh(signedAt, now, forwarded)) {
				return refusal(406, 'retrieve timestamp too far from current time');
			}
			const demand = {
				access: READ,
				signed: signedString.retrieve(namespace, signedAt),
				evenRevoked: isRevocationProof(namespace)
			};
			if (!isAuthorised(auth, demand, node.store)) {
				return refusal(401, 'retrieve signature verification failed');
			}
		}
		const page = node.store.page(account.id, namespace, limits);
		node.emit('retrieved', {
			node: node.identity.id,
			account: account.id,
			namespace,
			messages: page.messages.length
		});
		return ok({
			messages: page.messages.map(({ data, expiry, hash, timestamp }) => ({
				data,
				expiration: expiry,
				hash,
				timestamp
			})),
			more: page.more,
			...stamp(node, now)
		});
	};
});

function readLastHash(text: string | undefined): string | undefined {
	if (text === undefined || text === '') return undefined;
	if (text.length !== HASH_CHARACTERS) {
		throw new ParameterError('Invalid last_hash: expected base64 (43 chars)');
	}
	if (!isBase64(text)) throw new ParameterError('Invalid last_hash: not base64');
	return text;
}

/** 0 is the same as none; a negative size is a share of the largest, and a fifth is what one gets unasked. */
function readLimits(
	maxCount: number | undefined,
	maxSize: number | undefined
): { maxCount: number; maxSize: number } {
	const count = maxCount === undefined || maxCount <= 0 ? Infinity : maxCount;
	const anyCount = maxCount !== undefined && maxCount !== 0;
	const size = maxSize === undefined || maxSize === 0 ? (anyCount ? MAX_SIZE : -DEFAULT_SHARE) : maxSize;
	return {
		maxCount: count,
		maxSize: size < 0 ? Math.floor(MAX_SIZE / -size) : Math.min(size, MAX_SIZE)
	};
}
