/** The shape and the addresses that the built-in profile `localnet` names. */

export const DEFAULT_NODES = 12;
export const DEFAULT_SWARMS = 4;
export const DEFAULT_SEED = 'local-session-node';
export const DEFAULT_BASE_PORT = 22_100;
export const SEED_IP = '127.0.0.1';

const SEED_PORT_OFFSET = 99;
const FILE_SERVER_PORT_OFFSET = 98;

/** A subnet of its own for every node, since paths avoid two nodes of one. */
export function nodeIp(index: number): string {
	return `127.0.${index + 1}.1`;
}

export function nodePort(basePort: number, index: number): number {
	return basePort === 0 ? 0 : basePort + index;
}

export function seedPort(basePort: number): number {
	return basePort === 0 ? 0 : basePort + SEED_PORT_OFFSET;
}

export function fileServerPort(basePort: number): number {
	return basePort === 0 ? 0 : basePort + FILE_SERVER_PORT_OFFSET;
}
