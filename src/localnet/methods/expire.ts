import { nodeSignedString, signedString } from '../../protocol/storage-signatures';
import { affectedEntry } from '../affected';
import { DELETE, isAuthorised, READ, readAuth, tokenMayDelete, WRITE } from '../auth';
import { isFresh, tolerance, TOLERANCE_MS } from '../clock-window';
import { readHashes, readMessages } from '../hash-list';
import type { StoredMessage } from '../message-store';
import { method, swarmMethod } from '../method';
import { signAs } from '../node-identity';
import { ParameterError, readFields, required } from '../params';
import { ok, refusal, type JsonFields } from '../reply';
import { runInSwarm, wrongSwarm } from '../swarm-forward';
import type { NodeContext } from '../node-context';
import { MAX_TTL_MS } from './store';

export const expire = swarmMethod('expire', (params) => {
	const fields = readFields(params, {
		expiry: 'times',
		extend: 'flag',
		messages: 'texts',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		shorten: 'flag',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text'
	});
	const auth = readAuth(fields);
	const expiries = required('expiry', fields.expiry);
	if (expiries.length === 0) {
		throw new ParameterError("'expiry' does not contain any expiration timestamps");
	}
	const shorten = fields.shorten ?? false;
	const extend = fields.extend ?? false;
	if (shorten && extend) throw new ParameterError("cannot specify both 'shorten' and 'extend'");
	const messages = readMessages(fields.messages);
	if (expiries.length > 1 && expiries.length !== messages.length) {
		throw new ParameterError("'expiry' must be a single expiry, or the same length as 'messages'");
	}
	const hashes = readHashes(messages);

	return (node, forwarded) => {
		const elsewhere = wrongSwarm(node, auth.account);
		if (elsewhere !== null) return elsewhere;
		const now = node.now();
		if (expiries.some((expiry) => expiry < now - TOLERANCE_MS)) {
			return refusal(401, 'expire: timestamp should be >= current time');
		}
		const mode = shorten ? 'shorten' : extend ? 'extend' : null;
		const signed = signedString.expire(mode, expiries, hashes);
		if (!isAuthorised(auth, { access: WRITE, signed }, node.store)) {
			return refusal(401, 'expire: signature verification failed');
		}
		const mayShorten = auth.subaccount === undefined || tokenMayDelete(auth.subaccount);
		if (shorten && !mayShorten) {
			return refusal(
				400,
				'expire: shorten parameter cannot be used with this subaccount token (missing delete access)'
			);
		}
		const change: ExpiryChange = {
			account: auth.account.id,
			hashes,
			expiries: expiries.map((expiry) => Math.min(expiry, now + MAX_TTL_MS)),
			extendOnly: extend || !mayShorten,
			shortenOnly: shorten,
			reportUnchanged: extend || shorten
		};
		const own = () => applyExpiries(node, change);
		return runInSwarm(node, { method: 'expire', params, forwarded, now, own });
	};
});

interface ExpiryChange {
	readonly account: string;
	readonly hashes: readonly string[];
	/** One for all, or one for each. */
	readonly expiries: readonly number[];
	readonly extendOnly: boolean;
	readonly shortenOnly: boolean;
	readonly reportUnchanged: boolean;
}

function applyExpiries({ store, identity }: NodeContext, change: ExpiryChange): JsonFields {
	const { account, hashes, expiries } = change;
	const single = expiries.length === 1 ? expiries[0] : undefined;
	const updated = new Map<string, number>();
	const unchanged = new Map<string, number>();
	hashes.forEach((hash, index) => {
		const message = store.get(account, hash);
		const expiry = single ?? expiries[index];
		if (message === undefined || expiry === undefined) return;
		if (isAllowed(change, message, expiry)) {
			store.setExpiry(hash, expiry);
			updated.set(hash, expiry);
		} else if (!updated.has(hash)) {
			unchanged.set(hash, message.expiry);
		}
	});
	const touched = [...updated].sort(byHash);
	const kept = change.reportUnchanged ? [...unchanged].sort(byHash) : [];
	// With one expiry the node signs the one it tried, with several those that it applied.
	const signedExpiries = single === undefined ? touched.map(([, expiry]) => expiry) : [single];
	const touchedHashes = touched.map(([hash]) => hash);
	return {
		expiry: single ?? signedExpiries,
		updated: touchedHashes,
		unchanged: change.reportUnchanged ? Object.fromEntries(kept) : undefined,
		signature: signAs(identity, nodeSignedString.expire(account, signedExpiries, hashes, touchedHashes, kept))
	};
}

function isAllowed(
	{ extendOnly, shortenOnly }: ExpiryChange,
	message: StoredMessage,
	expiry: number
): boolean {
	if (extendOnly) return message.expiry < expiry;
	return !shortenOnly || message.expiry > expiry;
}

function byHash([a]: readonly [string, number], [b]: readonly [string, number]): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

export const expireAll = swarmMethod('expire_all', (params) => {
	const fields = readFields(params, {
		expiry: 'time',
		namespace: 'namespace or all',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text'
	});
	const auth = readAuth(fields);
	const expiry = required('expiry', fields.expiry);
	const namespace = fields.namespace ?? 0;
	const account = auth.account.id;

	return (node, forwarded) => {
		const elsewhere = wrongSwarm(node, auth.account);
		if (elsewhere !== null) return elsewhere;
		const now = node.now();
		if (expiry < now - tolerance(forwarded)) {
			return refusal(406, 'expire_all timestamp should be >= current time');
		}
		const signed = signedString.expireAll(namespace, expiry);
		if (!isAuthorised(auth, { access: DELETE, signed }, node.store)) {
			return refusal(401, 'expire_all signature verification failed');
		}
		const own = () => {
			const messages = node.store.list(account, namespace).filter((message) => message.expiry > expiry);
			for (const { hash } of messages) node.store.setExpiry(hash, expiry);
			return affectedEntry(node.identity, {
				field: 'updated',
				namespace,
				messages,
				signed: (hashes) => nodeSignedString.expireAll(account, expiry, hashes)
			});
		};
		return runInSwarm(node, { method: 'expire_all', params, forwarded, now, own });
	};
});

export const getExpiries = method('get_expiries', (params) => {
	const fields = readFields(params, {
		messages: 'texts',
		pubkey: 'text',
		pubkey_ed25519: 'text',
		signature: 'text',
		subaccount: 'text',
		subaccount_sig: 'text',
		timestamp: 'time'
	});
	const auth = readAuth(fields);
	const timestamp = required('timestamp', fields.timestamp);
	const hashes = readMessages(fields.messages);

	return (node, forwarded) => {
		const elsewhere = wrongSwarm(node, auth.account);
		if (elsewhere !== null) return elsewhere;
		if (!isFresh(timestamp, node.now(), forwarded)) {
			return refusal(406, 'get_expiries timestamp too far from current time');
		}
		const signed = signedString.getExpiries(timestamp, hashes);
		if (!isAuthorised(auth, { access: READ, signed }, node.store)) {
			return refusal(401, 'get_expiries signature verification failed');
		}
		const found = hashes.flatMap((hash) => node.store.get(auth.account.id, hash) ?? []);
		return ok({ expiries: Object.fromEntries(found.map(({ hash, expiry }) => [hash, expiry])) });
	};
});
