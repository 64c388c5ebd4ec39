/**
 * `npm run fuzz [-- NAME…] [--inputs N]`: mutated inputs for every decoder of src/protocol, 100,000 each unless told
 * otherwise. Fails when one ends in anything but a value or a ProtocolError, or takes more than linear time.
 */
import { parseArgs } from 'node:util';
import { sodiumReady } from '../src/protocol/sodium';
import { startZstd } from '../src/protocol/zstd';
import { MAX_EXPONENT, runTarget, type Outcome } from './run-target';
import { allTargets } from './targets';

const { values, positionals } = parseArgs({
	options: { inputs: { type: 'string', default: '100000' } },
	allowPositionals: true
});

await sodiumReady;
await startZstd();
const targets = (await allTargets()).filter(
	({ name }) => positionals.length === 0 || positionals.some((wanted) => name.includes(wanted))
);

const WIDTHS = [34, 9, 9, 10, 10, 12, 9, 7, 8, 8];
const row = (...cells: readonly (string | number)[]) =>
	cells.map((cell, index) => String(cell)[index === 0 ? 'padEnd' : 'padStart'](WIDTHS[index] ?? 0)).join(' ');

console.log(
	row(
		'decoder',
		'inputs',
		'accepted',
		'malformed',
		'unauth.',
		'unsupported',
		'large',
		's',
		'ns/byte',
		'growth'
	)
);
let failed = 0;
for (const target of targets) {
	const outcome = await runTarget(target, Number(values.inputs));
	const isSteep = outcome.exponent > MAX_EXPONENT;
	console.log(line(outcome) + (isSteep ? '  TOO STEEP' : ''));
	for (const [fault, input] of outcome.faults) console.log(`    FAULT ${fault}\n          ${input}`);
	if (isSteep || outcome.faults.size > 0) failed++;
}
console.log(`\n${targets.length} decoders, ${failed} failed`);
process.exitCode = failed === 0 && targets.length > 0 ? 0 : 1;

function line({ name, inputs, accepted, refused, seconds, nsPerByte, exponent }: Outcome): string {
	const of = (kind: Parameters<typeof refused.get>[0]) => refused.get(kind) ?? 0;
	return row(
		name,
		inputs,
		accepted,
		of('malformed'),
		of('unauthenticated'),
		of('unsupported-version'),
		of('too-large'),
		seconds.toFixed(1),
		nsPerByte.toFixed(1),
		exponent.toFixed(2)
	);
}
