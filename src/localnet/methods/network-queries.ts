import { concat } from '../../protocol/bytes';
import { parseAccount } from '../account';
import type { DirectoryEntry } from '../directory';
import { isObject, type JsonObject } from '../json';
import { method, type Method } from '../method';
import { stamp } from '../node-context';
import { atMostOne, ParameterError, readFields, required } from '../params';
import { ok } from '../reply';
import { VERSION_NUMBERS, type ServerVersion } from '../server-version';
import { otherPort, publicAddress, swarmBody } from '../swarm-body';

export const info = method('info', () => (node) => {
	const now = node.now();
	return ok({ version: [...VERSION_NUMBERS[node.version]], timestamp: now, ...stamp(node, now) });
});

export const getSwarm: Method = {
	names: ['get_swarm', 'get_snodes_for_pubkey'],
	forwardable: false,
	meta: false,
	parse: (params) => {
		const fields = readFields(params, { pubKey: 'text', pubkey: 'text' });
		const pubkey = required('pubkey', atMostOne(['pubkey', fields.pubkey], ['pubKey', fields.pubKey]));
		const account = parseAccount(pubkey);
		if (account === null) throw new ParameterError('Pubkey must be 66 hex digits/33 bytes long');
		return (node) => ok({ ...swarmBody(node.directory, account), ...stamp(node) });
	}
};

const DAEMON_ENDPOINTS: readonly string[] = ['get_service_nodes', 'ons_resolve'];

export const oxendRequest = method('oxend_request', (params) => {
	const endpoint = required('endpoint', readFields(params, { endpoint: 'text' }).endpoint);
	if (!DAEMON_ENDPOINTS.includes(endpoint)) {
		throw new ParameterError(`Invalid oxend endpoint '${endpoint}'`);
	}
	const inner = params.get('params') ?? null;
	const daemonParams: JsonObject = isObject(inner) ? inner : new Map();
	return (node) => {
		const reply = node.daemon.request(endpoint, daemonParams);
		if (typeof reply.body === 'string' || reply.body instanceof Uint8Array) return reply;
		return ok({ result: reply.body, ...stamp(node) });
	};
});

const ENTRY_BYTES = 51;

/** From 2.11: every active node in 51 bytes. */
export const activeNodesBin = method('active_nodes_bin', () => (node) => ({
	status: 200,
	body: concat(
		...node.directory.entries.filter(({ inSwarm }) => inSwarm).map((entry) => pack(entry, node.version))
	)
}));

function pack(entry: DirectoryEntry, version: ServerVersion): Uint8Array {
	const packed = new Uint8Array(ENTRY_BYTES);
	const view = new DataView(packed.buffer);
	const { ip, port } = publicAddress(entry);
	packed.set(entry.identity.ed25519.publicKey, 0);
	view.setBigUint64(32, entry.homeSwarm);
	packed.set(ip.split('.').map(Number), 40);
	view.setUint16(44, port);
	view.setUint16(46, otherPort(port));
	packed.set(entry.addressKnown ? VERSION_NUMBERS[version] : [0, 0, 0], 48);
	return packed;
}
