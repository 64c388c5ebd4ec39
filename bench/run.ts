/**
 * `npm run bench [-- NAME…]`: every row in one run, so that the ratios are of the same machine in the same minutes. Names are
 * those below.
 */
import { sodiumReady } from '../src/protocol/sodium';
import { startZstd } from '../src/protocol/zstd';
import { attachmentRows } from './attachment-rows';
import { browserRows } from './browser-rows';
import { configRows } from './config-rows';
import { groupRows } from './group-rows';
import { printRows, type Row } from './measure';
import { messageRows } from './message-rows';
import { onionRows } from './onion-rows';
import { serverRows } from './server-rows';

const groups: Readonly<Record<string, () => Promise<Row[]>>> = {
	onions: onionRows,
	messages: messageRows,
	groups: groupRows,
	attachments: attachmentRows,
	servers: serverRows,
	configs: configRows,
	browser: browserRows
};

await sodiumReady;
await startZstd();
const wanted = process.argv.slice(2);
const rows: Row[] = [];
for (const [name, measureAll] of Object.entries(groups)) {
	if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measureAll()));
}
printRows(rows);
