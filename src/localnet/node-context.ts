/** What a method needs of the node that runs it. */
import type { SnodeId } from '../protocol/types';
import type { Daemon } from './daemon';
import type { Directory, DirectoryEntry } from './directory';
import type { NodeFaults } from './faults';
import type { JsonObject } from './json';
import type { MessageStore } from './message-store';
import type { NodeIdentity } from './node-identity';
import type { JsonFields } from './reply';
import { HARDFORK, type ServerVersion } from './server-version';

export interface NodeEvents {
	/** A message that was new at this node. */
	stored: { node: SnodeId; account: string; namespace: number; hash: string };
	retrieved: { node: SnodeId; account: string; namespace: number; messages: number };
	/** A layer that this node opened, and what it was to do with it. */
	onion: { node: SnodeId; role: 'destination' | 'relay' | 'exit' };
}

export interface NodeContext {
	readonly identity: NodeIdentity;
	readonly entry: DirectoryEntry;
	readonly directory: Directory;
	readonly store: MessageStore;
	readonly version: ServerVersion;
	readonly daemon: Daemon;
	readonly faults: Pick<NodeFaults, 'diskFull'>;
	/** ms, by this node's clock. */
	now(): number;
	/** Sends a copy of a request to a member of the same swarm; what it answers is ready to be put into `swarm`. */
	forward(peer: DirectoryEntry, method: string, params: JsonObject): Promise<JsonFields>;
	emit<Name extends keyof NodeEvents>(name: Name, event: NodeEvents[Name]): void;
}

/** The fields that most 2xx bodies carry. */
export function stamp(node: NodeContext, now = node.now()): JsonFields {
	return { t: now, hf: [...HARDFORK] };
}
