import { fromHex, toBase64 } from '../../protocol/bytes';
import { nodeSignedString, signedString } from '../../protocol/storage-signatures';
import { isSessionAccount } from '../account';
import { isAuthorised, readAuth, readTokens, type Auth } from '../auth';
import { isFresh } from '../clock-window';
import { method, swarmMethod } from '../method';
import { stamp, type NodeContext } from '../node-context';
import { signAs } from '../node-identity';
import { ParameterError, readFields, required } from '../params';
import { ok, refusal, type Reply } from '../reply';
import { runInSwarm, wrongSwarm } from '../swarm-forward';

const MAX_TOKENS = 50;

export const revokeSubaccount = swarmMethod('revoke_subaccount', (params) => {
	const fields = readFields(params, {
		pubkey: 'text',
		pubkey_ed25519: 'text',
		revoke: 'texts',
		signature: 'text',
		timestamp: 'time'
	});
	const auth = readAuth(fields);
	const texts = required('revoke', fields.revoke);
	if (texts.length > MAX_TOKENS) {
		throw new ParameterError(`invalid revoke: cannot revoke more than ${MAX_TOKENS} subaccounts at once`);
	}
	const tokens = readTokens(texts, 'revoke');
	const timestamp = required('timestamp', fields.timestamp);
	const signed = signedString.revokeSubaccount(timestamp, tokens.map(fromHex));

	return (node, forwarded) =>
		refused('revoke_subaccount', node, { auth, timestamp, signed, forwarded }) ??
		runInSwarm(node, {
			method: 'revoke_subaccount',
			params,
			forwarded,
			now: node.now(),
			own: () => {
				node.store.revoke(auth.account.id, tokens);
				return { signature: signRevocation(node, auth, timestamp, tokens) };
			}
		});
});

export const unrevokeSubaccount = swarmMethod('unrevoke_subaccount', (params) => {
	const fields = readFields(params, {
		pubkey: 'text',
		pubkey_ed25519: 'text',
		signature: 'text',
		timestamp: 'time',
		unrevoke: 'texts'
	});
	const auth = readAuth(fields);
	const timestamp = required('timestamp', fields.timestamp);
	const tokens = readTokens(required('unrevoke', fields.unrevoke), 'unrevoke');
	const signed = signedString.unrevokeSubaccount(timestamp, tokens.map(fromHex));

	return (node, forwarded) =>
		refused('unrevoke_subaccount', node, { auth, timestamp, signed, forwarded }) ??
		runInSwarm(node, {
			method: 'unrevoke_subaccount',
			params,
			forwarded,
			now: node.now(),
			own: () => ({
				count: node.store.unrevoke(auth.account.id, tokens),
				signature: signRevocation(node, auth, timestamp, tokens)
			})
		});
});

/** From 2.11. */
export const revokedSubaccounts = method('revoked_subaccounts', (params) => {
	const fields = readFields(params, { pubkey: 'text', signature: 'text', timestamp: 'time' });
	const auth = readAuth({ ...fields, pubkey_ed25519: undefined });
	if (isSessionAccount(auth.account)) {
		throw new ParameterError('revoked_subaccounts is not available for 05[...] pubkeys');
	}
	const timestamp = required('timestamp', fields.timestamp);
	const signed = signedString.revokedSubaccounts(timestamp);

	return (node, forwarded) => {
		const no = refused('revoked_subaccounts', node, { auth, timestamp, signed, forwarded });
		if (no !== null) return no;
		const tokens = node.store.revokedTokens(auth.account.id).map(fromHex);
		return ok({
			revoked_subaccounts: tokens.map(toBase64),
			...stamp(node)
		});
	};
});

interface Revocation {
	readonly auth: Auth;
	readonly timestamp: number;
	readonly signed: Uint8Array;
	readonly forwarded: boolean;
}

/** Only the account itself may do any of these; they take no subaccount. */
function refused(
	name: string,
	node: NodeContext,
	{ auth, timestamp, signed, forwarded }: Revocation
): Reply | null {
	const elsewhere = wrongSwarm(node, auth.account);
	if (elsewhere !== null) return elsewhere;
	if (!isFresh(timestamp, node.now(), forwarded)) {
		return refusal(406, `${name} timestamp too far from current time`);
	}
	return isAuthorised(auth, { access: 0, signed }, node.store)
		? null
		: refusal(401, `${name} signature verification failed`);
}

function signRevocation(
	{ identity }: NodeContext,
	{ account }: Auth,
	timestamp: number,
	tokens: readonly string[]
): string {
	return signAs(identity, nodeSignedString.subaccounts(account.id, timestamp, tokens.map(fromHex)));
}
