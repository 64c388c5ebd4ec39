/** What get_swarm and every 421 say: storage-server.md §2. */
import type { StorageAccount } from './account';
import type { Directory, DirectoryEntry } from './directory';
import type { JsonFields } from './reply';

const NO_SWARM = 'ffffffffffffffff';
/** Nothing listens there; the recorded network has its other interfaces a hundred ports above. */
const OTHER_INTERFACES = 100;
const UNKNOWN_IP = '0.0.0.0';

export function swarmBody(directory: Directory, account: StorageAccount): JsonFields {
	const swarm = directory.swarmOf(account.id);
	if (swarm === null) return { snodes: [], swarm: NO_SWARM };
	return { snodes: directory.members(swarm).map(describe), swarm: swarm.toString(16) };
}

function describe(entry: DirectoryEntry): JsonFields {
	const { identity } = entry;
	const { ip, port } = publicAddress(entry);
	return {
		address: identity.address,
		ip,
		port: String(port),
		port_https: port,
		port_omq: otherPort(port),
		port_quic: otherPort(port),
		pubkey_ed25519: identity.id,
		pubkey_legacy: identity.id,
		pubkey_x25519: identity.x25519Hex
	};
}

/** Zeros for a node whose address nobody knows. */
export function publicAddress(entry: DirectoryEntry): { ip: string; port: number } {
	return entry.addressKnown ? { ip: entry.ip, port: entry.port } : { ip: UNKNOWN_IP, port: 0 };
}

export function otherPort(port: number): number {
	return port === 0 ? 0 : port + OTHER_INTERFACES;
}
