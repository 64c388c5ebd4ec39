/** The list of nodes and their swarms that every node, the seed and the names answerer look things up in. */
import { pickSwarm, swarmPosition } from '../protocol/swarm';
import { parseSwarmId } from '../protocol/swarm';
import type { SnodeId, SwarmId } from '../protocol/types';
import type { NodeIdentity } from './node-identity';

export interface DirectoryEntry {
	readonly identity: NodeIdentity;
	/** Its usual swarm; it may have left it for a while. */
	readonly homeSwarm: SwarmId;
	ip: string;
	port: number;
	inSwarm: boolean;
	/** false: listed, but nobody has an address for it. */
	addressKnown: boolean;
}

const RING = 2n ** 64n;

/** `count` ids at equal distances; four of them are those of the recorded network. */
export function defaultSwarmIds(count: number): readonly SwarmId[] {
	const distance = RING / BigInt(count);
	return Array.from({ length: count }, (_, index) =>
		parseSwarmId(distance * BigInt(index) + distance / 2n - 1n)
	);
}

export class Directory {
	constructor(readonly entries: readonly DirectoryEntry[]) {}

	byId(id: SnodeId): DirectoryEntry | undefined {
		return this.entries.find(({ identity }) => identity.id === id);
	}

	/** The swarm that an account belongs to, null when there is none at all. */
	swarmOf(account: string): SwarmId | null {
		const ids = new Set(this.entries.filter(({ inSwarm }) => inSwarm).map(({ homeSwarm }) => homeSwarm));
		return ids.size === 0 ? null : pickSwarm([...ids], swarmPosition(account));
	}

	members(swarm: SwarmId): readonly DirectoryEntry[] {
		return this.entries.filter(({ inSwarm, homeSwarm }) => inSwarm && homeSwarm === swarm);
	}
}
