/** What each node must have signed in its entry of a swarm reply, and whether it did. */
import { concat, fromBase64, fromHex, utf8 } from '../../../src/protocol/bytes';
import { verify } from '../../../src/protocol/keys';
import { plain, type Json, type JsonObject } from './recorded';
import { asRequest, isObject, type RpcRequest } from './requests';
import { tokens } from './signing';

/** The bytes under a node's signature, from the request and the entry; null for methods without one. */
function signedByNode({ method, params }: RpcRequest, entry: JsonObject): Uint8Array | null {
	const account = plain(params['pubkey'] ?? params['pubKey']).toLowerCase();
	switch (method) {
		case 'store':
			return utf8(plain(entry['hash']));
		case 'expire':
			return joined(
				account,
				entry['expiry'],
				params['messages'],
				entry['updated'],
				pairs(entry['unchanged'])
			);
		case 'expire_all':
			return joined(account, params['expiry'], sorted(entry['updated']));
		case 'delete':
			return joined(account, params['messages'], entry['deleted']);
		case 'delete_all':
			return joined(account, params['timestamp'], sorted(entry['deleted']));
		case 'delete_before':
			return joined(account, params['before'], sorted(entry['deleted']));
		case 'revoke_subaccount':
			return concat(joined(account, params['timestamp']), ...tokens(params['revoke']));
		case 'unrevoke_subaccount':
			return concat(joined(account, params['timestamp']), ...tokens(params['unrevoke']));
		default:
			return null;
	}
}

function joined(...parts: readonly (Json | undefined)[]): Uint8Array {
	return utf8(parts.flat().map(plain).join(''));
}

function sorted(hashes: Json | undefined): Json {
	const all = isObject(hashes) ? Object.values(hashes).flat() : [hashes ?? []].flat();
	return all.map(plain).sort();
}

function pairs(unchanged: Json | undefined): Json {
	if (!isObject(unchanged)) return [];
	return Object.entries(unchanged)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.flat();
}

/** Complaints about every entry of the reply, those of batches included. */
export function badNodeSignatures(request: RpcRequest | null, body: Json | undefined): readonly string[] {
	if (request === null || !isObject(body)) return [];
	const { results, swarm } = body;
	if (Array.isArray(results)) {
		const parts = [request.params['requests'] ?? []].flat();
		return (results as readonly Json[]).flatMap((result, index) =>
			badNodeSignatures(asRequest(parts[index]), isObject(result) ? result['body'] : undefined)
		);
	}
	if (!isObject(swarm)) return [];
	return Object.entries(swarm).flatMap(([node, entry]) => {
		if (!isObject(entry) || entry['failed'] === true) return [];
		const message = signedByNode(request, entry);
		if (message === null) return [`no signature is known for ${request.method}`];
		const good = verify(fromBase64(plain(entry['signature'])), message, fromHex(node));
		return good ? [] : [`the signature of ${node} does not verify`];
	});
}

/** Whether the recording agrees with what we take to be signed. */
export function mistakenOver(
	request: RpcRequest,
	body: JsonObject,
	over: Readonly<Record<string, { readonly over: string }>>
): readonly string[] {
	return Object.entries(over).flatMap(([node, { over: text }]) => {
		const swarm = body['swarm'];
		const entry = isObject(swarm) ? swarm[node] : undefined;
		const message = isObject(entry) ? signedByNode(request, entry) : null;
		const wanted = text.replace(/0x([0-9a-f]{72})/g, (_, hex: string) =>
			Buffer.from(hex, 'hex').toString('latin1')
		);
		return message !== null && Buffer.from(message).toString('latin1') === wanted
			? []
			: [`the recording says that ${node} signed ${text}`];
	});
}
