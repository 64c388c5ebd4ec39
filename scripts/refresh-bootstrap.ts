import { readFileSync, writeFileSync } from 'node:fs';
import { fetchSeedNodes } from '../src/gateway/seed-client';
import { builtinProfile } from '../src/networks/builtin';
import { packNodes } from '../src/networks/packed-nodes';
import { chooseNodes } from './bootstrap-choice';

const file = 'src/networks/data/mainnet-nodes.json';

/** What goes into a release must not rest on one seed's word. */
const leastSeeds = 2;

const profile = await builtinProfile('mainnet');
const answers = await Promise.allSettled(profile.seeds.map((seed) => fetchSeedNodes(seed)));
const lists = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));

if (lists.length < leastSeeds) {
	console.log('Fewer than two seeds answered: the bundled list of mainnet nodes stays as it is.');
} else {
	const nodes = chooseNodes(lists, new Set(profile.nodes.map((node) => node.id)));
	if (nodes.length < profile.nodes.length / 2)
		throw new Error('the seeds agree on too few nodes to believe it');
	const packed = packNodes(nodes);
	const before = JSON.parse(readFileSync(file, 'utf8')) as { nodes: string };
	const asOf = new Date().toISOString().slice(0, 10);
	writeFileSync(file, `${JSON.stringify({ asOf, nodes: packed }, null, '\t')}\n`);
	console.log(
		`${nodes.length} mainnet nodes as of ${asOf}${before.nodes === packed ? ', none changed' : ''}.`
	);
}
