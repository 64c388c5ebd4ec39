/** A whole Session network in this process: storage nodes in swarms, a seed, names, and a file server. */
import { mkdirSync } from 'node:fs';
import { sodiumReady } from '../protocol/sodium';
import { fromHex } from '../protocol/bytes';
import type { AccountId, Ed25519PublicKey, SnodeId } from '../protocol/types';
import type { ListedNode, NetworkProfile, OnionServer } from '../networks/profile';
import type { Controls } from './control';
import { Daemon } from './daemon';
import {
	DEFAULT_BASE_PORT,
	DEFAULT_NODES,
	DEFAULT_SEED,
	DEFAULT_SWARMS,
	fileServerPort,
	nodeIp,
	nodePort,
	SEED_IP,
	seedPort
} from './defaults';
import { defaultSwarmIds, Directory, type DirectoryEntry } from './directory';
import { FaultSwitches } from './fault-switches';
import { FileServer, fileServerKeys } from './file-server/file-server';
import { FileSwitches } from './file-server/file-switches';
import { HttpListener } from './http';
import { openKeeper, type Keeper } from './keeper';
import type { Names } from './names';
import { StorageNode } from './node';
import type { NodeEvents } from './node-context';
import { nodeIdentity } from './node-identity';
import { networkProfile } from './profile';
import { SeedNode } from './seed';
import { selfSigned } from './self-signed';
import type { ServerVersion } from './server-version';
import { parseSwarmId } from '../protocol/swarm';

export interface LocalnetOptions {
	readonly nodes?: number;
	readonly swarms?: number;
	/** Node i's key is made of BLAKE2b-256("<seed>-<i>"). */
	readonly seed?: string;
	/** Instead of `swarms`: the ids themselves; node i is in the swarm i modulo their number. */
	readonly swarmIds?: readonly bigint[];
	/** Node i takes this port plus i, the file server plus 98, the seed node plus 99; 0 takes any free ones. */
	readonly basePort?: number;
	readonly version?: ServerVersion;
	/** Keeps messages, names and files here over restarts. */
	readonly folder?: string;
	/** Shortens the waits of 5, 25 and 30 s and the 10 s of the clean-up. */
	readonly timeScale?: number;
	/** Self-signed TLS, as the real nodes have it; plain HTTP otherwise. */
	readonly tls?: boolean;
	/** ms since the epoch. */
	readonly clock?: () => number;
}

export interface LocalnetNode extends ListedNode {
	readonly name: string;
	readonly ip: string;
	readonly port: number;
	/** `http://ip:port` */
	readonly url: string;
}

/** The file server, as onions reach it and as tests reach it directly. */
export interface LocalnetFileServer extends OnionServer {
	readonly ed25519: Ed25519PublicKey;
	/** `http://ip:port` */
	readonly url: string;
	readonly faults: FileSwitches;
}

export interface Localnet {
	readonly nodes: readonly LocalnetNode[];
	readonly seedUrl: string;
	readonly faults: FaultSwitches;
	readonly fileServer: LocalnetFileServer;
	/** What clients and gateways need: builtin for the default shape on the default ports, custom otherwise. */
	profile(): NetworkProfile;
	/** Names are not case-sensitive. `nonce` (hex, 24 bytes) is for tests that need the same record again. */
	registerName(name: string, account: AccountId, nonce?: string): void;
	/** Every hash that any node holds for the account, once each. */
	storedHashes(account: string, namespace?: number): readonly string[];
	/** Returns what ends the listening. */
	on<Name extends keyof NodeEvents>(name: Name, listener: (event: NodeEvents[Name]) => void): () => void;
	close(): Promise<void>;
}

type Listeners = { readonly [Name in keyof NodeEvents]: Set<(event: NodeEvents[Name]) => void> };

/** Resolves when every node listens. Rejects when a port is taken or the folder cannot be used. */
export async function startLocalnet(options: LocalnetOptions = {}): Promise<Localnet> {
	await sodiumReady;
	const { version = '2.8', timeScale = 1, clock = Date.now, folder, tls = false } = options;
	const basePort = options.basePort ?? DEFAULT_BASE_PORT;
	const directory = new Directory(makeEntries(options, basePort));
	if (folder !== undefined) mkdirSync(folder, { recursive: true });
	const keeper: Keeper = openKeeper(folder ?? null);

	const listeners: Listeners = { stored: new Set(), retrieved: new Set(), onion: new Set() };
	const emit = <Name extends keyof NodeEvents>(name: Name, event: NodeEvents[Name]) => {
		for (const listener of listeners[name]) listener(event);
	};
	const names: Names = keeper.names();
	const daemon = new Daemon(directory, names, version);
	const certificate = tls ? selfSigned([SEED_IP, ...directory.entries.map(({ ip }) => ip)]) : null;
	const nodes = directory.entries.map((entry) => {
		const store = keeper.store(entry.identity.id);
		return new StorageNode({
			entry,
			directory,
			store,
			daemon,
			version,
			timeScale,
			clock,
			tls: certificate,
			emit
		});
	});
	const faults = new FaultSwitches(nodes);
	const keys = fileServerKeys(options.seed ?? DEFAULT_SEED);
	const files = new FileServer({ x25519: keys.x25519, store: keeper.files(), clock });
	const fileFaults = new FileSwitches(files);
	const registerName = (name: string, account: string, nonce?: string) =>
		names.register(name, account, nonce === undefined ? undefined : fromHex(nonce));
	const storedHashes = (account: string, namespace?: number) => {
		const held = nodes.flatMap(({ store }) => store.list(account.toLowerCase(), namespace ?? 'all'));
		return [...new Set(held.map(({ hash }) => hash))];
	};
	const controls: Controls = {
		faults,
		fileFaults,
		registerName,
		storedHashes,
		state: () => ({ ...describe(nodes), fileServer: fileFaults.state() })
	};
	const seed = new HttpListener(new SeedNode(daemon, controls), certificate);

	const close = async () => {
		await Promise.all([seed.close(), files.close(), ...nodes.map((node) => node.close())]);
		keeper.close();
	};
	try {
		await allOrNone(nodes.map((node) => node.start()));
		const port = await seed.listen(SEED_IP, seedPort(basePort));
		const filePort = await files.start(SEED_IP, fileServerPort(basePort));
		const scheme = tls ? 'https' : 'http';
		const seedUrl = `${scheme}://${SEED_IP}:${port}`;
		const listed = nodes.map((node) => list(node, scheme));
		// The real ones speak plain HTTP too: what matters is sealed for their key.
		const fileServer: OnionServer = {
			host: SEED_IP,
			port: filePort,
			protocol: 'http',
			x25519: keys.x25519.publicKey
		};
		return {
			nodes: listed,
			seedUrl,
			faults,
			fileServer: {
				...fileServer,
				ed25519: keys.ed25519,
				url: `http://${SEED_IP}:${filePort}`,
				faults: fileFaults
			},
			profile: () => networkProfile(listed, { seedUrl, certificate: certificate?.cert ?? null, fileServer }),
			registerName,
			storedHashes,
			on: (name, listener) => {
				listeners[name].add(listener);
				return () => listeners[name].delete(listener);
			},
			close
		};
	} catch (error) {
		await close();
		throw error;
	}
}

/** Fails only when everything is settled, so that nothing starts to listen after the others were closed again. */
async function allOrNone(starts: readonly Promise<void>[]): Promise<void> {
	for (const result of await Promise.allSettled(starts)) {
		if (result.status === 'rejected') throw result.reason;
	}
}

function makeEntries(options: LocalnetOptions, basePort: number): readonly DirectoryEntry[] {
	const swarms = options.swarmIds?.map(parseSwarmId) ?? defaultSwarmIds(options.swarms ?? DEFAULT_SWARMS);
	return Array.from({ length: options.nodes ?? DEFAULT_NODES }, (_, index) => {
		const homeSwarm = swarms[index % swarms.length];
		if (homeSwarm === undefined) throw new RangeError('a network needs at least one swarm');
		return {
			identity: nodeIdentity(options.seed ?? DEFAULT_SEED, index),
			homeSwarm,
			ip: nodeIp(index),
			port: nodePort(basePort, index),
			inSwarm: true,
			addressKnown: true
		};
	});
}

function list({ identity, entry }: StorageNode, protocol: 'http' | 'https'): LocalnetNode {
	return {
		name: identity.name,
		id: identity.id,
		ed25519: identity.ed25519.publicKey,
		x25519: identity.x25519.publicKey,
		ip: entry.ip,
		port: entry.port,
		protocol,
		swarm: entry.homeSwarm,
		url: `${protocol}://${entry.ip}:${entry.port}`
	};
}

/** Counts only: whose messages they are is nobody's business. */
function describe(nodes: readonly StorageNode[]) {
	return {
		nodes: nodes.map(({ identity, entry, store, faults }) => ({
			name: identity.name,
			id: identity.id satisfies SnodeId,
			address: `${entry.ip}:${entry.port}`,
			swarm: entry.homeSwarm.toString(16),
			inSwarm: entry.inSwarm,
			accounts: store.accounts().length,
			messages: store.accounts().reduce((sum, account) => sum + store.list(account, 'all').length, 0),
			slowMs: faults.slowMs,
			dropPercent: Math.round(faults.dropRate * 100),
			corruptPercent: Math.round(faults.corruptRate * 100),
			skewMs: faults.skewMs,
			ignoresCopies: faults.ignoresCopies,
			diskFull: faults.diskFull
		}))
	};
}
