import { expect, test } from 'vitest';
import { exceptions } from './run/exceptions';
import { report } from './run/report';
import { runVectors } from './run/run';

test('every reference vector of this folder holds', async () => {
	const lines = report(await runVectors([import.meta.dirname]), exceptions);
	process.stdout.write(`\n${lines.join('\n')}\n`);
	expect(lines.filter((line) => line.includes('FAILED'))).toEqual([]);
	expect(lines.at(-1)).toMatch(/^\d+ passed, 0 failed$/);
}, 300_000);
