/** Deletes what an account's swarm keeps of it, and believes each node by its signature only: behaviours.md §14. */
import { ProtocolError } from '../protocol/errors';
import type { Identity } from '../protocol/identity';
import { accountAuth, deleteAllCall, parseChangeReply, verifyDeleteAllEntry } from '../protocol/storage-rpc';
import type { NetworkTime, SnodeId } from '../protocol/types';
import type { NetworkDeletion } from './api';
import { EngineError } from './errors';
import { pause } from './network/deadline';
import type { Network, RpcReply } from './network/types';
import type { Platform } from './platform';

/** After the first try. */
const RETRIES = 5;
/** For each try: paths may break first, and the node that is asked waits for the others. */
const PATIENCE_MS = 15_000;
/** No further try begins later than this. */
const LAST_TRY_MS = 20_000;
const REST_MS = 300;

interface DeletionParts {
	readonly network: Pick<Network, 'swarmRequest' | 'swarmOf' | 'hop'>;
	readonly identity: Identity;
	readonly platform: Pick<Platform, 'monotonic' | 'setTimeout' | 'clearTimeout'>;
	/** The person thought better of it: what is under way ends, and nobody else is asked. */
	readonly signal: AbortSignal;
}

type Standing = 'confirmed' | 'silent' | 'unproven';

/** How the members of the swarm stand; a confirmation stays one, whatever another node says of it later. */
class Swarm {
	readonly #standings = new Map<SnodeId, Standing>();

	constructor(members: readonly SnodeId[]) {
		this.extend(members);
	}

	/** A node that is no longer asked because it never answers still is a member, unless all of them are others. */
	extend(members: readonly SnodeId[]): void {
		if (!members.some((node) => this.#standings.has(node))) this.#standings.clear();
		for (const node of members) if (!this.#standings.has(node)) this.#standings.set(node, 'silent');
	}

	has(node: SnodeId): boolean {
		return this.#standings.has(node);
	}

	learn(node: SnodeId, standing: Standing): void {
		if (this.#standings.get(node) !== 'confirmed') this.#standings.set(node, standing);
	}

	get confirmed(): readonly SnodeId[] {
		return [...this.#standings].flatMap(([node, standing]) => (standing === 'confirmed' ? node : []));
	}

	get isDone(): boolean {
		return this.confirmed.length === this.#standings.size;
	}

	report(hop: Network['hop']): NetworkDeletion {
		return {
			confirmed: this.confirmed.map(hop),
			unconfirmed: [...this.#standings].flatMap(([node, reason]) =>
				reason === 'confirmed' ? [] : { node: hop(node), reason }
			)
		};
	}
}

/**
 * Asks nodes that have not confirmed yet, until all have or patience ends; each passes the request on to the others.
 * Fails with `offline`, `gateway-unreachable`, `clock-skew`, or `swarm-unreachable` when nobody tells who they are.
 */
export async function deleteFromSwarm(parts: DeletionParts): Promise<NetworkDeletion> {
	const { network, identity, platform, signal } = parts;
	const self = identity.accountId;
	const swarm = new Swarm(await network.swarmOf(self));
	const began = platform.monotonic();
	let failure: EngineError | null = null;

	for (let retry = 0; retry <= RETRIES && !swarm.isDone && !signal.aborted; retry += 1) {
		if (retry > 0) await pause(platform, REST_MS, signal);
		if (platform.monotonic() - began > LAST_TRY_MS) break;
		try {
			const asked = await ask(parts, swarm.confirmed);
			// A node may have told that the account lives in another swarm.
			swarm.extend(await network.swarmOf(self));
			judge(asked, parts, swarm);
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			failure = error;
			if (error.code !== 'swarm-unreachable') break;
		}
	}
	// What some nodes confirmed is worth more than why the others could not be asked.
	if (failure !== null && failure.code !== 'swarm-unreachable' && swarm.confirmed.length === 0) throw failure;
	return swarm.report((node) => network.hop(node));
}

interface Asked {
	readonly reply: RpcReply;
	/** What was signed, and what nodes sign in return. */
	readonly timestamp: NetworkTime;
}

async function ask({ network, identity, signal }: DeletionParts, avoid: readonly SnodeId[]): Promise<Asked> {
	const auth = accountAuth(identity.ed25519);
	const account = identity.accountId;
	const timestamps = new Map<SnodeId, NetworkTime>();
	const reply = await network.swarmRequest(
		account,
		(now, node) => {
			timestamps.set(node, now);
			return deleteAllCall({ account, namespace: 'all', timestamp: now, auth });
		},
		{ avoid, timeoutMs: PATIENCE_MS, signal }
	);
	const timestamp = timestamps.get(reply.node);
	if (timestamp === undefined) throw new EngineError('internal');
	return { reply, timestamp };
}

function judge({ reply, timestamp }: Asked, { network, identity }: DeletionParts, swarm: Swarm): void {
	// A node that neither we nor the list of nodes know is somebody's invention.
	const isMember = (node: SnodeId): boolean => swarm.has(node) || network.hop(node).ip !== null;
	try {
		if (reply.status !== 200) throw new ProtocolError('malformed', 'the node refused to delete');
		const { changed, failed } = parseChangeReply(reply.body, 'deleted');
		for (const entry of changed) {
			const proven = verifyDeleteAllEntry(identity.accountId, timestamp, entry);
			if (isMember(entry.node)) swarm.learn(entry.node, proven ? 'confirmed' : 'unproven');
		}
		for (const node of failed) if (isMember(node)) swarm.learn(node, 'silent');
	} catch (error) {
		if (!(error instanceof ProtocolError)) throw error;
		swarm.learn(reply.node, 'unproven');
	}
}
