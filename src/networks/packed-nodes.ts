import { concat, fromBase64, toBase64 } from '../protocol/bytes';
import { ProtocolError } from '../protocol/errors';
import { parseEd25519PublicKey, snodeId, x25519FromEd25519Public } from '../protocol/keys';
import type { Bytes } from '../protocol/types';
import { formatIpv4, parseIpv4 } from './address';
import type { ListedNode } from './profile';

/** Ed25519 key, IPv4 address, port, big-endian. The X25519 key is the converted Ed25519 key, so it is left out. */
const entryBytes = 32 + 4 + 2;

/** A node as a packed list can hold it. */
export type PackableNode = Pick<ListedNode, 'id' | 'ed25519'> & {
	readonly ip: string;
	readonly port: number;
};

function packNode(node: PackableNode): Bytes {
	const place = new DataView(new ArrayBuffer(6));
	place.setUint32(0, parseIpv4(node.ip) ?? 0);
	place.setUint16(4, node.port);
	return concat(node.ed25519, new Uint8Array(place.buffer));
}

/** Base64 of the nodes in order of their ids, so that the same list gives the same text. */
export function packNodes(nodes: readonly PackableNode[]): string {
	const inOrder = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
	return toBase64(concat(...inOrder.map(packNode)));
}

/** Throws ProtocolError `malformed` when the text is no list of whole entries with good keys. */
export function unpackNodes(text: string): ListedNode[] {
	const bytes = fromBase64(text);
	if (bytes.length % entryBytes !== 0)
		throw new ProtocolError('malformed', 'packed node list of a wrong length');
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	return Array.from({ length: bytes.length / entryBytes }, (_, index) => {
		const start = index * entryBytes;
		const ed25519 = parseEd25519PublicKey(bytes.slice(start, start + 32));
		return {
			id: snodeId(ed25519),
			ed25519,
			x25519: x25519FromEd25519Public(ed25519),
			ip: formatIpv4(view.getUint32(start + 32)),
			port: view.getUint16(start + 36),
			swarm: null
		};
	});
}
