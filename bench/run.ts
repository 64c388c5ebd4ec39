/** `npm run bench`: every row in one run, so that the ratios are of the same machine in the same minutes. */
import { sodiumReady } from '../src/protocol/sodium';
import { browserRows } from './browser-rows';
import { printRows } from './measure';
import { messageRows } from './message-rows';
import { onionRows } from './onion-rows';

await sodiumReady;
printRows([...(await onionRows()), ...(await messageRows()), ...(await browserRows())]);
