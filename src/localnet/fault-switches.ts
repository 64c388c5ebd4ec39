/** The switches that make nodes misbehave, for tests and for the curious. */
import type { SnodeId } from '../protocol/types';
import { noFaults, type NodeFaults } from './faults';
import type { StorageNode } from './node';

/** By name (`node3`), by key, or as `localnet.nodes` gives it. */
export type NodeChoice = string | { readonly id: SnodeId };

export class FaultSwitches {
	constructor(private readonly nodes: readonly StorageNode[]) {}

	/** As a power cut does: nothing listens, open connections break. */
	async kill(node: NodeChoice): Promise<void> {
		await this.find(node).stop();
	}

	/** Listens again, and gets the copies that waited for it. */
	async revive(node: NodeChoice): Promise<void> {
		const revived = this.find(node);
		await revived.start();
		await Promise.all(this.nodes.map(({ peers }) => peers.flush(revived.entry)));
	}

	/** Every request waits this long before it is looked at. */
	slow(node: NodeChoice, ms: number): void {
		this.find(node).faults.slowMs = ms;
	}

	/** Loses this share (0…1) of the replies, after the work was done. */
	drop(node: NodeChoice, rate: number, how: NodeFaults['dropHow'] = 'silence'): void {
		Object.assign(this.find(node).faults, { dropRate: rate, dropHow: how });
	}

	/** Flips a bit in this share (0…1) of the replies. */
	corrupt(node: NodeChoice, rate: number): void {
		this.find(node).faults.corruptRate = rate;
	}

	/** Sets the node's clock ahead, or back when negative. */
	skewClock(node: NodeChoice, ms: number): void {
		this.find(node).faults.skewMs = ms;
	}

	/** The node loses an account's messages, or all that it has. */
	loseReplica(node: NodeChoice, account?: string): void {
		const { store } = this.find(node);
		for (const owner of account === undefined ? store.accounts() : [account.toLowerCase()]) {
			store.deleteHashes(store.list(owner, 'all').map(({ hash }) => hash));
		}
	}

	/** Copies that swarm members send to the node are lost on the way. */
	ignoreCopies(node: NodeChoice, on = true): void {
		this.find(node).faults.ignoresCopies = on;
	}

	/** The node can keep no further message, and says so in its part of the reply. */
	fillDisk(node: NodeChoice, on = true): void {
		this.find(node).faults.diskFull = on;
	}

	/** The node is up but in no swarm, as after a demotion. */
	leaveSwarm(node: NodeChoice): void {
		this.find(node).entry.inSwarm = false;
	}

	joinSwarm(node: NodeChoice): void {
		this.find(node).entry.inSwarm = true;
	}

	/** The node is listed, but without an address. */
	hideAddress(node: NodeChoice, on = true): void {
		this.find(node).entry.addressKnown = !on;
	}

	/** Everything that is not a killed node or a lost replica goes back to normal. */
	heal(): void {
		for (const { faults, entry } of this.nodes) {
			Object.assign(faults, noFaults());
			entry.inSwarm = true;
			entry.addressKnown = true;
		}
	}

	private find(choice: NodeChoice): StorageNode {
		const wanted = typeof choice === 'string' ? choice : choice.id;
		const node = this.nodes.find(({ identity }) => identity.name === wanted || identity.id === wanted);
		if (node === undefined) throw new RangeError(`no such node: ${wanted}`);
		return node;
	}
}
