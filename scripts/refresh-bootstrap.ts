import { readFileSync, writeFileSync } from 'node:fs';
import { fetchSeedNodes } from '../src/gateway/seed-client';
import type { GatewayNode } from '../src/gateway/nodes';
import { builtinProfile } from '../src/networks/builtin';
import { packNodes, type PackableNode } from '../src/networks/packed-nodes';
import { fromHex, toHex } from '../src/protocol/bytes';
import { parseEd25519PublicKey, snodeId, x25519FromEd25519Public } from '../src/protocol/keys';
import { sodiumReady } from '../src/protocol/sodium';

const file = 'src/networks/data/mainnet-nodes.json';
const mostNodes = 400;

/** As a packed node, or null when its X25519 key is not the one that a browser will derive. */
function packable(node: GatewayNode): PackableNode | null {
	try {
		const ed25519 = parseEd25519PublicKey(fromHex(node.ed25519));
		if (toHex(x25519FromEd25519Public(ed25519)) !== node.x25519) return null;
		return { id: snodeId(ed25519), ed25519, ip: node.ip, port: node.port };
	} catch {
		return null;
	}
}

/** One node for each /24, since paths never use two of one subnet; which one is left to the order of keys. */
function onePerSubnet(nodes: readonly PackableNode[]): readonly PackableNode[] {
	const inOrder = [...nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
	const subnets = new Map(inOrder.map((node) => [node.ip.replace(/\.\d+$/, ''), node]));
	return [...subnets.values()];
}

/** Nodes that the list has already stay, so that a refresh changes no more of the release than the network did. */
function choose(current: readonly PackableNode[], bundled: ReadonlySet<string>): readonly PackableNode[] {
	const known = current.filter((node) => bundled.has(node.id));
	const taken = new Set(known.map((node) => node.id));
	return [...known, ...current.filter((node) => !taken.has(node.id))].slice(0, mostNodes);
}

async function refresh(): Promise<void> {
	await sodiumReady;
	const profile = await builtinProfile('mainnet');
	const answers = await Promise.allSettled(profile.seeds.map((seed) => fetchSeedNodes(seed)));
	const lists = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
	const [first, ...others] = lists;
	if (first === undefined || others.length === 0) {
		console.log('Fewer than two seeds answered: the bundled list of mainnet nodes stays as it is.');
		return;
	}
	// What goes into a release must not rest on one seed's word.
	const agreed = first.filter((node) =>
		others.every((list) =>
			list.some((other) => other.ed25519 === node.ed25519 && other.ip === node.ip && other.port === node.port)
		)
	);
	const usable = onePerSubnet(agreed.map(packable).filter((node) => node !== null));
	const nodes = choose(usable, new Set(profile.nodes.map((node) => node.id)));
	if (nodes.length < profile.nodes.length / 2)
		throw new Error('the seeds agree on too few nodes to believe it');
	const before = readFileSync(file, 'utf8');
	const asOf = new Date().toISOString().slice(0, 10);
	const after = `${JSON.stringify({ asOf, nodes: packNodes(nodes) }, null, '\t')}\n`;
	if (before !== after) writeFileSync(file, after);
	console.log(`${nodes.length} mainnet nodes as of ${asOf}.`);
}

await refresh();
