/**
 * What the network room remembers between sessions, as plain data. The storage seals it, but a disk may damage it and
 * a newer version may have written it: every part is checked by itself, and a part that fails is simply not there.
 */
import { fromHex, toHex } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { parseAccountId } from '../../protocol/identity';
import { parseEd25519PublicKey, parseSnodeId, parseX25519PublicKey, snodeId } from '../../protocol/keys';
import type { ListedNode } from '../../networks/profile';
import { EngineError } from '../errors';
import { gatewayOrigin } from './gateway-origin';
import type { GuardRecord } from './guards';
import type { SwarmRecord } from './swarm';

export interface NetworkState {
	/** Gateways besides the page's own, as chosen by the person; null when never chosen. */
	readonly gateways: { readonly origins: readonly string[]; readonly chosenAt: number } | null;
	readonly guards: readonly GuardRecord[];
	/** The list that nodes agreed on; null when only the bundled one is known. */
	readonly nodes: { readonly list: readonly ListedNode[]; readonly refreshedAt: number } | null;
	readonly swarms: readonly SwarmRecord[];
	readonly clockOffsetMs: number;
}

const VERSION = 1;
const LONGEST_LIST = 10_000;

export const EMPTY_STATE: NetworkState = {
	gateways: null,
	guards: [],
	nodes: null,
	swarms: [],
	clockOffsetMs: 0
};

/** Nothing but strings, finite numbers, lists and plain objects. */
export function packState(network: string, state: NetworkState): unknown {
	return {
		version: VERSION,
		network,
		gateways: state.gateways,
		guards: state.guards.map((guard) => ({ ...guard })),
		nodes: state.nodes && { ...state.nodes, list: state.nodes.list.map(packNode) },
		swarms: state.swarms.map((swarm) => ({ ...swarm, nodes: swarm.nodes.map(packNode) })),
		clockOffsetMs: state.clockOffsetMs
	};
}

/** Of another network or version: only the gateways, which are the person's own words. */
export function unpackState(network: string, stored: unknown): NetworkState {
	const state = asRecord(stored);
	if (state?.['version'] !== VERSION) return EMPTY_STATE;
	const gateways = part(() => unpackGateways(state['gateways']), null);
	if (state['network'] !== network) return { ...EMPTY_STATE, gateways };
	return {
		gateways,
		guards: items(state['guards'], unpackGuard),
		nodes: part(() => unpackNodes(state['nodes']), null),
		swarms: items(state['swarms'], unpackSwarm),
		clockOffsetMs: part(() => number(state['clockOffsetMs']), 0)
	};
}

function packNode(node: ListedNode) {
	return [node.id, toHex(node.x25519), node.ip, node.port];
}

function unpackNode(stored: unknown): ListedNode {
	const [id, x25519, ip, port] = list(stored, 4);
	const ed25519 = parseEd25519PublicKey(fromHex(text(id)));
	return {
		id: snodeId(ed25519),
		ed25519,
		x25519: parseX25519PublicKey(fromHex(text(x25519))),
		ip: ip === null ? null : text(ip),
		port: port === null ? null : number(port),
		swarm: null
	};
}

function unpackGateways(stored: unknown): NetworkState['gateways'] {
	if (stored === null) return null;
	const record = asRecord(stored);
	const origins = list(record?.['origins'], 32).map((origin) => gatewayOrigin(text(origin)));
	return { origins, chosenAt: number(record?.['chosenAt']) };
}

function unpackGuard(stored: unknown): GuardRecord {
	const record = asRecord(stored);
	return {
		id: parseSnodeId(text(record?.['id'])),
		until: number(record?.['until']),
		failures: number(record?.['failures']),
		failingSince: number(record?.['failingSince']),
		restsUntil: number(record?.['restsUntil'])
	};
}

/** All or nothing: a list of which a part was lost would be another list. */
function unpackNodes(stored: unknown): NetworkState['nodes'] {
	if (stored === null) return null;
	const record = asRecord(stored);
	const nodes = list(record?.['list'], LONGEST_LIST).map(unpackNode);
	if (new Set(nodes.map((node) => node.id)).size !== nodes.length) throw damaged();
	return { list: nodes, refreshedAt: number(record?.['refreshedAt']) };
}

function unpackSwarm(stored: unknown): SwarmRecord {
	const record = asRecord(stored);
	return {
		account: parseAccountId(text(record?.['account'])),
		nodes: list(record?.['nodes'], 50).map(unpackNode),
		learnedAt: number(record?.['learnedAt'])
	};
}

function items<Item>(stored: unknown, unpack: (item: unknown) => Item): readonly Item[] {
	if (!Array.isArray(stored)) return [];
	return (stored as readonly unknown[]).flatMap((item) => part(() => [unpack(item)], []));
}

function part<Value>(unpack: () => Value, otherwise: Value): Value {
	try {
		return unpack();
	} catch (error) {
		const expected = error instanceof ProtocolError || error instanceof EngineError;
		if (expected) return otherwise;
		throw error;
	}
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
	return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}

function list(value: unknown, longest: number): readonly unknown[] {
	if (!Array.isArray(value) || value.length > longest) throw damaged();
	return value as readonly unknown[];
}

function text(value: unknown): string {
	if (typeof value !== 'string') throw damaged();
	return value;
}

function number(value: unknown): number {
	if (typeof value !== 'number' || !Number.isFinite(value)) throw damaged();
	return value;
}

function damaged(): ProtocolError {
	return new ProtocolError('malformed', 'stored network state is damaged');
}
