import { expect, test } from 'vitest';
import { replayAll } from './transcripts/replay';
import { fileLine, problemLines, totalLine } from './transcripts/report';

test('the recorded transcripts replay the same, under the recorded keys and under others', async () => {
	const results = await replayAll();
	const table = [...results.map(fileLine), totalLine(results)];
	process.stdout.write(`\n${table.join('\n')}\n`);
	expect(results.flatMap(problemLines)).toEqual([]);
	expect(results.reduce((sum, { cases }) => sum + cases.length, 0)).toBe(2 * (389 + 31 + 21 + 11));
}, 180_000);
