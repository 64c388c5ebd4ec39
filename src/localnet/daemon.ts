/** What nodes and seeds learn from the chain: the list of nodes, and names. */
import type { Directory, DirectoryEntry } from './directory';
import { isObject, type JsonObject, type JsonOut, type JsonValue } from './json';
import type { Names } from './names';
import { ok, refusal, type JsonFields, type Reply } from './reply';
import { BLOCK_HEIGHT, HARDFORK, VERSION_NUMBERS, type ServerVersion } from './server-version';
import { otherPort, publicAddress } from './swarm-body';

type State = Readonly<Record<string, JsonOut>>;

export class Daemon {
	constructor(
		private readonly directory: Directory,
		private readonly names: Names,
		private readonly version: ServerVersion
	) {}

	/** The endpoints that clients may ask through a node. */
	request(endpoint: string, params: JsonObject): Reply {
		return endpoint === 'ons_resolve' ? this.resolveName(params) : ok(this.serviceNodes(params));
	}

	/**
	 * `service_node_states` with the fields that are asked for, all of them when none are named. `fields` is an object
	 * of flags or a list of names; `limit` cuts the list; `active_only` leaves out who is in no swarm.
	 */
	serviceNodes(params: JsonObject): JsonFields {
		const wanted = readFieldNames(params.get('fields'));
		const limit = Number(params.get('limit') ?? Infinity);
		const states = this.directory.entries
			.filter(({ inSwarm }) => inSwarm || params.get('active_only') !== true)
			.slice(0, limit)
			.map((entry) => pick(stateOf(entry, this.version), wanted));
		const network = pick({ height: BLOCK_HEIGHT, hardfork: HARDFORK[0] }, wanted);
		return { ...network, service_node_states: states, status: 'OK' };
	}

	private resolveName(params: JsonObject): Reply {
		const hash = params.get('name_hash');
		if (typeof hash !== 'string' || params.get('type') === undefined) {
			return refusal(400, 'Invalid request: missing required field');
		}
		const record = this.names.find(hash);
		return ok({ status: 'OK', encrypted_value: record?.encryptedValue, nonce: record?.nonce });
	}
}

function readFieldNames(fields: JsonValue | undefined): ReadonlySet<string> | null {
	if (isObject(fields)) {
		return new Set([...fields].filter(([, asked]) => asked === true).map(([name]) => name));
	}
	if (!Array.isArray(fields)) return null;
	return new Set((fields as readonly JsonValue[]).filter((name) => typeof name === 'string'));
}

function pick(state: State, wanted: ReadonlySet<string> | null): State {
	if (wanted === null) return state;
	return Object.fromEntries(Object.entries(state).filter(([name]) => wanted.has(name)));
}

function stateOf(entry: DirectoryEntry, version: ServerVersion): State {
	const { identity } = entry;
	const { ip, port } = publicAddress(entry);
	return {
		active: entry.inSwarm,
		funded: true,
		pubkey_ed25519: identity.id,
		pubkey_x25519: identity.x25519Hex,
		public_ip: ip,
		requested_unlock_height: 0,
		service_node_pubkey: identity.id,
		storage_lmq_port: otherPort(port),
		storage_port: port,
		storage_server_version: [...VERSION_NUMBERS[version]],
		swarm: entry.homeSwarm.toString(16),
		// Beyond 2^53, with all its digits.
		swarm_id: entry.homeSwarm
	};
}
