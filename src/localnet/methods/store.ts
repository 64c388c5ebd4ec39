import { utf8 } from '../../protocol/bytes';
import { messageHash, nodeSignedString, signedString } from '../../protocol/storage-signatures';
import { DELETE, isAuthorised, readAccount, readAuth, WRITE, type Auth } from '../auth';
import { decodeBase64, isBase64 } from '../encodings';
import { swarmMethod } from '../method';
import { isPublicInbox, isPublicOutbox, TESTING_NAMESPACE } from '../namespaces';
import { signAs } from '../node-identity';
import { atMostOne, ParameterError, readFields, required } from '../params';
import { refusal } from '../reply';
import { runInSwarm, wrongSwarm } from '../swarm-forward';
import { isFresh } from '../clock-window';

const MAX_DATA_BYTES = 76_800;
const DAY_MS = 86_400_000;
const MIN_TTL_MS = 10_000;
const MAX_PUBLIC_TTL_MS = 14 * DAY_MS;
export const MAX_TTL_MS = 30 * DAY_MS;
const STORE_TOLERANCE_MS = 10_000;

export const store = swarmMethod('store', (params) => {
	const fields = readFields(params, {
		data: 'text',
		expiry: 'time',
		namespace: 'namespace',
		pubKey: 'text',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		sig_timestamp: 'time',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text',
		timestamp: 'integer or digits',
		ttl: 'unsigned or digits'
	});
	const timestamp = required('timestamp', fields.timestamp);
	const expiry = readExpiry(timestamp, fields.expiry, fields.ttl);
	const pubkey = required('pubkey', atMostOne(['pubkey', fields.pubkey], ['pubKey', fields.pubKey]));
	const namespace = fields.namespace ?? 0;
	const auth = fields.signature === undefined ? null : readAuth({ ...fields, pubkey });
	const account = auth?.account ?? readAccount(pubkey);
	const data = readData(required('data', fields.data));
	const signedAt = fields.sig_timestamp ?? timestamp;

	return (node, forwarded) => {
		const elsewhere = wrongSwarm(node, account);
		if (elsewhere !== null) return elsewhere;
		if (namespace === TESTING_NAMESPACE && node.version === '2.11') {
			return refusal(403, 'Forbidden');
		}
		const now = node.now();
		const ttl = expiry - timestamp;
		if (ttl < MIN_TTL_MS || ttl > (isPublicInbox(namespace) ? MAX_PUBLIC_TTL_MS : MAX_TTL_MS)) {
			return refusal(403, 'Provided expiry/TTL is not valid.');
		}
		if (timestamp > now + STORE_TOLERANCE_MS || expiry < now - STORE_TOLERANCE_MS) {
			return refusal(406, 'Timestamp error: check your clock');
		}
		if (!isPublicInbox(namespace)) {
			if (auth === null) {
				return refusal(401, `store: signature required to store to namespace ${namespace}`);
			}
			if (!isFresh(signedAt, now, forwarded)) {
				return refusal(406, 'store signature timestamp too far from current time');
			}
			if (!mayStore(auth)) return refusal(401, 'store signature verification failed');
		}
		const hash = messageHash(account.id, namespace, data);
		return runInSwarm(node, {
			method: 'store',
			params,
			forwarded,
			now,
			own: () => {
				if (node.faults.diskFull) return { failed: true, query_failure: true };
				const message = { account: account.id, hash, namespace, timestamp, expiry };
				const kept = node.store.put(
					{ ...message, data: Buffer.from(data).toString('base64') },
					node.version === '2.11'
				);
				if (!kept.already) {
					node.emit('stored', { node: node.identity.id, account: account.id, namespace, hash });
				}
				return {
					hash,
					signature: signAs(node.identity, nodeSignedString.store(hash)),
					expiry: kept.expiry,
					...(kept.already && { already: true })
				};
			},
			// The first servers put the time here by mistake, and it stayed.
			inEntry: { t: now },
			beside: (own) => ({ hash: own['hash'] })
		});

		function mayStore(by: Auth): boolean {
			// Storing to an outbox deletes what is there.
			const access = isPublicOutbox(namespace) ? WRITE | DELETE : WRITE;
			return isAuthorised(by, { access, signed: signedString.store(namespace, signedAt) }, node.store);
		}
	};
});

function readExpiry(timestamp: number, expiry: number | undefined, ttl: number | undefined): number {
	atMostOne(['expiry', expiry], ['ttl', ttl]);
	if (expiry !== undefined) return expiry;
	if (ttl !== undefined) return timestamp + ttl;
	throw new ParameterError("Required field 'expiry' or 'ttl' missing");
}

function readData(text: string): Uint8Array {
	if (!isBase64(text)) throw new ParameterError("Invalid 'data' value: not base64 encoded");
	if (utf8(text).length > (MAX_DATA_BYTES / 3) * 4) {
		throw new ParameterError(`Message body exceeds maximum allowed length of ${MAX_DATA_BYTES} bytes`);
	}
	return decodeBase64(text);
}
