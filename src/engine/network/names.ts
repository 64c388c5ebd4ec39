/** Session names: identity.md §5. Three different nodes must say the same, since each alone could point elsewhere. */
import { concat, toHex } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { decryptOns, isName, nameHash } from '../../protocol/ons';
import { onsResolveCall, parseOnsReply } from '../../protocol/storage-rpc';
import type { AccountId } from '../../protocol/types';
import { EngineError } from '../errors';
import type { RpcCall, RpcReply } from './types';

const NODES_ASKED = 3;

/** Throws EngineError `unknown-name` when no one has it, `name-lookup-failed` when that could not be found out. */
export async function resolveName(
	name: string,
	ask: (count: number, call: RpcCall) => Promise<readonly RpcReply[]>
): Promise<AccountId> {
	const wanted = name.trim();
	if (!isName(wanted)) throw new EngineError('unknown-name', { reason: 'not-a-name' });
	const replies = await ask(NODES_ASKED, onsResolveCall(nameHash(wanted)));
	if (replies.length < NODES_ASKED)
		throw new EngineError('name-lookup-failed', { limit: NODES_ASKED, actual: replies.length });
	try {
		const records = replies.map((reply) => {
			if (reply.status !== 200) throw new EngineError('name-lookup-failed', { reason: 'node-error' });
			return parseOnsReply(reply.body);
		});
		const [record] = records;
		if (new Set(records.map(textOf)).size !== 1)
			throw new EngineError('name-lookup-failed', { reason: 'nodes-disagree' });
		if (!record) throw new EngineError('unknown-name');
		// Records without a nonce are of the form before 2022; opening one takes 256 MB of memory, and no client does.
		if (!record.nonce) throw new EngineError('name-lookup-failed', { reason: 'old-record' });
		return decryptOns(wanted, record.encryptedValue, record.nonce);
	} catch (error) {
		if (error instanceof ProtocolError)
			throw new EngineError('name-lookup-failed', { reason: 'malformed' }, { cause: error });
		throw error;
	}
}

function textOf(record: ReturnType<typeof parseOnsReply>): string {
	return record ? toHex(concat(record.encryptedValue, record.nonce ?? new Uint8Array(0))) : '';
}
