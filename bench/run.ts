/**
 * `npm run bench [-- NAME…]`: every row in one run, so that the ratios are of the same machine in the same minutes. Names are
 * those below.
 */
import { sodiumReady } from '../src/protocol/sodium';
import { startZstd } from '../src/protocol/zstd';
import { printRows, type Row } from './measure';

/** Loaded when their turn comes: collecting garbage costs with the size of the heap, and large rows make much of it. */
const groups: Readonly<Record<string, () => Promise<Row[]>>> = {
	attachments: async () => (await import('./attachment-rows')).attachmentRows(),
	onions: async () => (await import('./onion-rows')).onionRows(),
	messages: async () => (await import('./message-rows')).messageRows(),
	groups: async () => (await import('./group-rows')).groupRows(),
	servers: async () => (await import('./server-rows')).serverRows(),
	configs: async () => (await import('./config-rows')).configRows(),
	browser: async () => (await import('./browser-rows')).browserRows(),
	restore: async () => (await import('./restore-rows')).restoreRows()
};

await sodiumReady;
await startZstd();
const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, measureAll] of Object.entries(groups)) {
	if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measureAll()));
}
printRows(rows);
