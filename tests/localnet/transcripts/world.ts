/** A network that a transcript is replayed against, and the translation of recorded things into its own. */
import { fromBase64, fromHex, toBase64, toHex } from '../../../src/protocol/bytes';
import { sodiumReady } from '../../../src/protocol/sodium';
import { parseSwarmId, swarmIdFromHex, swarmPosition } from '../../../src/protocol/swarm';
import type { SwarmId } from '../../../src/protocol/types';
import { nodeIdentity, type NodeIdentity } from '../../../src/localnet/node-identity';
import { base32z } from '../../../src/localnet/encodings';
import { startLocalnet, type Localnet, type LocalnetNode } from '../../../src/localnet/localnet';
import { castActors, type Actor } from './accounts';
import { recordedNetwork } from './recorded';

export interface Setting {
	readonly name: string;
	/** Node i's seed is BLAKE2b-256("<nodeSeed>-<i>"). */
	readonly nodeSeed: string;
	readonly run: string;
	/** Added to every swarm id, modulo 2^64. */
	readonly rotation: bigint;
}

/** The recorded keys and swarms, then others, so that nothing can be canned. */
export const SETTINGS: readonly Setting[] = [
	{ name: 'recorded keys', nodeSeed: 'local-session-node', run: 'v1', rotation: 0n },
	{ name: 'other keys', nodeSeed: 'quite-another-node', run: 'v2', rotation: 0x3b9a_ca07_1234_5678n }
];

const TOKEN_BYTES = 36;
const MILLISECONDS = 1e12;

export interface WorldNode extends LocalnetNode {
	readonly identity: NodeIdentity;
}

export class World {
	readonly nodes: readonly WorldNode[];
	readonly actors: readonly Actor[];
	readonly offset: number;
	/** Recorded ports of servers outside the network, and who plays them. */
	readonly ports = new Map<number, number>();
	private readonly words = new Map<string, string>();
	private readonly hashes = new Map<string, string>();
	private clockBase: number;
	private clockStart: number | null = performance.now();

	private constructor(
		readonly setting: Setting,
		readonly localnet: Localnet,
		swarms: readonly SwarmId[],
		clock: { now: () => number },
		startsAt: number
	) {
		this.offset = Date.now() - startsAt;
		this.clockBase = startsAt + this.offset;
		clock.now = () => this.now();
		this.nodes = localnet.nodes.map((node, index) => ({
			...node,
			identity: nodeIdentity(setting.nodeSeed, index)
		}));
		this.actors = castActors(setting.run, swarms);
		for (const { recordedId, recordedKey, id, key } of this.actors) {
			this.words.set(recordedId, id).set(recordedKey, key);
		}
		recordedNetwork.nodes.forEach((recorded, index) => {
			const { identity } = this.nodes[index]!;
			this.words.set(recorded.ed25519_pubkey, identity.id).set(recorded.x25519_pubkey, identity.x25519Hex);
			this.words.set(`${base32z(fromHex(recorded.ed25519_pubkey))}.snode`, identity.address);
			this.words.set(toBase64(fromHex(recorded.ed25519_pubkey)), toBase64(identity.ed25519.publicKey));
		});
		recordedNetwork.swarm_ids_hex.forEach((id, index) => {
			this.words.set(id, swarms[index]!.toString(16));
		});
	}

	/** `startsAt`: ms, the recorded time that the replay begins with. `timeScale`: see LocalnetOptions. */
	static async open(setting: Setting, startsAt: number, timeScale = 1): Promise<World> {
		await sodiumReady;
		const swarms = recordedNetwork.swarm_ids_hex.map((id) =>
			parseSwarmId(BigInt.asUintN(64, swarmIdFromHex(id) + setting.rotation))
		);
		const clock = { now: Date.now };
		const localnet = await startLocalnet({
			nodes: recordedNetwork.nodes.length,
			seed: setting.nodeSeed,
			swarmIds: swarms,
			basePort: 0,
			timeScale,
			clock: () => clock.now()
		});
		return new World(setting, localnet, swarms, clock, startsAt);
	}

	close(): Promise<void> {
		return this.localnet.close();
	}

	/** The network's clock follows the recording, so that every recorded time keeps its distance to it. */
	setClock(recordedTime: number): void {
		this.clockBase = recordedTime + this.offset;
		this.clockStart = performance.now();
	}

	/** Stops the clock where it is, until it is set again. */
	freezeClock(): void {
		this.clockBase = this.now();
		this.clockStart = null;
	}

	now(): number {
		if (this.clockStart === null) return this.clockBase;
		return Math.floor(this.clockBase + (performance.now() - this.clockStart));
	}

	node(name: string): WorldNode {
		const node = this.nodes.find((candidate) => candidate.name === name);
		if (node === undefined) throw new Error(`the recording has no ${name}`);
		return node;
	}

	actor(label: string): Actor {
		const actor = this.actors.find((candidate) => candidate.label === label);
		if (actor === undefined) throw new Error(`the recording has no ${label}`);
		return actor;
	}

	nodeById(id: string): WorldNode | undefined {
		return this.nodes.find((node) => node.id === id);
	}

	learnHash(recordedHash: string, hash: string): void {
		this.hashes.set(recordedHash, hash);
	}

	/** Seconds and small numbers stay what they are. */
	time(recordedTime: number): number {
		return Math.abs(recordedTime) > MILLISECONDS ? recordedTime + this.offset : recordedTime;
	}

	/** A recorded text as it reads here: a whole id, key, token or hash, or a sentence that contains keys. */
	text(value: string): string {
		const known = this.hashes.get(value) ?? this.words.get(value) ?? this.token(value);
		if (known !== undefined) return known;
		return value.replace(/[0-9a-fA-F]{64,72}/g, (digits) => this.hex(digits));
	}

	/** 64 digits are a key, 66 an id, 72 a token that ends with a key. */
	private hex(digits: string): string {
		const lower = digits.toLowerCase();
		const head = digits.length === 2 * TOKEN_BYTES ? lower.slice(0, -64) : '';
		const translated =
			head + (this.words.get(lower.slice(head.length)) ?? this.rotated(lower.slice(head.length)));
		if (digits === lower) return translated;
		return digits === digits.toUpperCase() ? translated.toUpperCase() : translated;
	}

	/** An id that belongs to nobody keeps its place between the swarms. */
	private rotated(id: string): string {
		if (id.length !== 66) return id;
		const position = swarmPosition(id);
		const moved = BigInt.asUintN(64, position + this.setting.rotation);
		const firstWord = BigInt(`0x${id.slice(2, 18)}`) ^ position ^ moved;
		return id.slice(0, 2) + firstWord.toString(16).padStart(16, '0') + id.slice(18);
	}

	private token(value: string): string | undefined {
		if (!/^[A-Za-z0-9+/]{48}$/.test(value)) return undefined;
		return toBase64(fromHex(this.hex(toHex(fromBase64(value)))));
	}
}
