/** Nodes as swarm replies and node lists name them: storage-server.md §2, §4 and §8. */
import { fromBase64, fromHex } from './bytes';
import { ProtocolError } from './errors';
import { asArray, asCount, asObject, asString } from './json';
import { parseEd25519PublicKey, parseX25519PublicKey, snodeId, x25519FromEd25519Public } from './keys';
import { parseSwarmId, swarmIdFromHex } from './swarm';
import type { Ed25519PublicKey, SnodeId, SwarmId, X25519PublicKey } from './types';

/** A node as a swarm reply or a node list names it. */
export interface StorageNode {
	readonly id: SnodeId;
	readonly ed25519: Ed25519PublicKey;
	readonly x25519: X25519PublicKey;
	readonly ip: string;
	readonly port: number;
	readonly swarm: SwarmId | null;
}

const NO_SWARM = 2n ** 64n - 1n;
const NO_SWARM_HEX = NO_SWARM.toString(16);
const ACTIVE_NODE_BYTES = 51;
const NO_ADDRESS = '0.0.0.0';
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** A get_swarm reply, or the body of a 421. `swarm` is null when the node knows of none. */
export function parseSwarm(body: unknown): { swarm: SwarmId | null; nodes: readonly StorageNode[] } {
	const reply = asObject(body, 'swarm reply');
	const hex = asString(reply['swarm'], 'swarm id');
	const swarm = hex === NO_SWARM_HEX ? null : swarmIdFromHex(hex);
	const nodes = asArray(reply['snodes'], 'swarm nodes').flatMap((value) => {
		const node = asObject(value, 'swarm node');
		return listed(node['pubkey_ed25519'], node['pubkey_x25519'], node['ip'], node['port_https'], swarm);
	});
	return { swarm, nodes };
}

/**
 * A node list, from a storage node's `oxend_request` or from a seed's JSON-RPC. Nodes that no one could use (without
 * keys or address) are left out, as real lists have some. Read the JSON with parseJson, or swarm ids lose digits.
 */
export function parseServiceNodes(body: unknown): { height: number | null; nodes: readonly StorageNode[] } {
	const result = asObject(asObject(body, 'node list reply')['result'], 'node list');
	const nodes = asArray(result['service_node_states'], 'node list').flatMap((value) => {
		const node = asObject(value, 'listed node');
		const swarm = listedSwarm(node['swarm_id']);
		return listed(
			node['pubkey_ed25519'],
			node['pubkey_x25519'],
			node['public_ip'],
			node['storage_port'],
			swarm
		);
	});
	const height = result['height'];
	return { height: height === undefined ? null : asCount(height, 'height'), nodes };
}

function listedSwarm(value: unknown): SwarmId | null {
	if (value === undefined || value === null) return null;
	const isNumber = typeof value === 'number' && Number.isSafeInteger(value);
	if (!isNumber && !(typeof value === 'string' && /^\d{1,20}$/.test(value))) {
		throw new ProtocolError('malformed', 'swarm id is not a number');
	}
	return swarmOrNone(BigInt(value));
}

function swarmOrNone(id: bigint): SwarmId | null {
	return id === NO_SWARM ? null : parseSwarmId(id);
}

function listed(
	ed25519Hex: unknown,
	x25519Hex: unknown,
	ip: unknown,
	port: unknown,
	swarm: SwarmId | null
): readonly StorageNode[] {
	const address = asString(ip, 'node address');
	const ed25519Text = asString(ed25519Hex, 'node key');
	const x25519Text = asString(x25519Hex, 'node key');
	if (address === NO_ADDRESS || port === 0 || ed25519Text === '' || x25519Text === '') return [];
	const ed25519 = parseEd25519PublicKey(fromHex(ed25519Text));
	const x25519 = parseX25519PublicKey(fromHex(x25519Text));
	const number = asCount(port, 'node port');
	if (!IPV4.test(address) || number > 65_535) throw new ProtocolError('malformed', 'node address is wrong');
	return [{ id: snodeId(ed25519), ed25519, x25519, ip: address, port: number, swarm }];
}

/**
 * The compact list of newer nodes, 51 bytes each: Ed25519 key, swarm id, IPv4, HTTPS port, QUIC port, version. Through
 * onions it comes as base64. The X25519 key follows from the Ed25519 key. Nodes without an address are left out.
 */
export function parseActiveNodes(body: unknown): readonly StorageNode[] {
	const list = fromBase64(asString(body, 'node list'));
	if (list.length % ACTIVE_NODE_BYTES !== 0) throw new ProtocolError('malformed', 'node list is cut short');
	const view = new DataView(list.buffer);
	const nodes: StorageNode[] = [];
	for (let start = 0; start < list.length; start += ACTIVE_NODE_BYTES) {
		const ed25519 = parseEd25519PublicKey(list.slice(start, start + 32));
		const swarm = view.getBigUint64(start + 32);
		const ip = list.subarray(start + 40, start + 44).join('.');
		const port = view.getUint16(start + 44);
		if (ip === NO_ADDRESS || port === 0) continue;
		const x25519 = x25519FromEd25519Public(ed25519);
		nodes.push({ id: snodeId(ed25519), ed25519, x25519, ip, port, swarm: swarmOrNone(swarm) });
	}
	return nodes;
}
