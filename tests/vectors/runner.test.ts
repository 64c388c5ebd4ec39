import { beforeAll, describe, expect, it } from 'vitest';
import { ProtocolError } from '../../src/protocol/errors';
import { sodiumReady } from '../../src/protocol/sodium';
import { load } from './load';
import type { Handlers } from './run/handler';
import { allPassed, report } from './run/report';
import { registry } from './run/run';
import { runFile, type Registry } from './run/run-file';

beforeAll(() => sodiumReady);

const refuse = () => {
	throw new ProtocolError('malformed', 'odd');
};
const handlers: Handlers = {
	async double(one, check) {
		const input = one.number('input');
		await check.outcome(one, () => (input % 2 === 0 ? { output: 2 * input } : refuse()));
	},
	idle: (one) => one.skip('input'),
	'kind:broken'() {
		throw new TypeError('a fault of ours');
	}
};
const small: Registry = { handlers, shapes: [], exceptions: [] };

function run(cases: readonly object[], using: Registry = small, extra: object = {}) {
	const value = { source: 's', description: 'd', cases, ...extra };
	return runFile({ name: 'file', value, sibling: () => ({}) }, using);
}

async function states(cases: readonly object[], using: Registry = small, extra: object = {}) {
	return (await run(cases, using, extra)).cases.map(({ state }) => state);
}

describe('a case', () => {
	it('passes when every field is as expected, and counts what was compared', async () => {
		const result = await run([
			{ name: 'even', cmd: 'double', input: 2, expect: { output: 4, output_text: 'four' } },
			{ name: 'odd', cmd: 'double', input: 3, expect: { error: 'whatever the text' } }
		]);
		expect(result.cases.map(({ state }) => state)).toEqual(['passed', 'passed']);
		expect(result.assertions).toBe(2);
	});

	it.each([
		['another result', { cmd: 'double', input: 2, expect: { output: 5 } }],
		['a field that the expectation has more', { cmd: 'double', input: 2, expect: { output: 4, more: 1 } }],
		['a field that the expectation lacks', { cmd: 'double', input: 2, expect: {} }],
		['a field beside an error', { cmd: 'double', input: 3, expect: { error: 'x', more: 1 } }],
		['an error that does not come', { cmd: 'double', input: 2, expect: { error: 'x' } }],
		['a refusal that is not expected', { cmd: 'double', input: 3, expect: { output: 6 } }],
		['an unknown operation', { cmd: 'triple', input: 2, expect: { output: 6 } }],
		['an operation named like a method of every object', { cmd: 'toString', expect: {} }],
		['no operation', { input: 2 }],
		['a field that nobody looks at', { cmd: 'double', input: 2, odd: 1, expect: { output: 4 } }],
		['a missing field', { cmd: 'double', expect: { output: 4 } }],
		['a field of another type', { cmd: 'double', input: '2', expect: { output: 4 } }],
		['nothing to compare', { cmd: 'idle', input: 2 }],
		['an error that is no ProtocolError', { kind: 'broken' }]
	])('fails with %s', async (_, one) => {
		expect(await states([{ name: 'case', ...one }])).toEqual(['failed']);
	});

	it('that is named as an exception is counted apart, and fails once it passes', async () => {
		const exceptions = [{ file: 'file', case: 'one', reason: 'r', reference: 'repo/file.cpp:1' }];
		const using = { ...small, exceptions };
		expect(await states([{ name: 'one', cmd: 'double', input: 2, expect: {} }], using)).toEqual(['excepted']);
		const right = { name: 'one', cmd: 'double', input: 2, expect: { output: 4 } };
		expect(await states([right], using)).toEqual(['failed']);
	});
});

describe('a file', () => {
	const right = { name: 'even', cmd: 'double', input: 2, expect: { output: 4 } };

	it('fails when it has fields that nobody looks at, no cases, or is no object', async () => {
		expect(await states([right], small, { surprise: 1 })).toEqual(['passed', 'failed']);
		expect(await states([])).toEqual(['failed']);
		const { cases } = await runFile({ name: 'file', value: null, sibling: () => ({}) }, small);
		expect(cases.map(({ state }) => state)).toEqual(['failed']);
	});

	it('is reported in one line, and what failed in it below', async () => {
		const results = [await run([right, { ...right, name: 'wrong', input: 4 }])];
		expect(report(results, [])).toEqual([
			'file     1 passed, 1 failed,      2 assertions',
			'    FAILED wrong: expect.output: expected 4, got 8',
			'',
			'2 assertions, 0 exchanges with nothing to check, 0 exceptions',
			'1 passed, 1 failed'
		]);
		expect(allPassed(results)).toBe(false);
		expect(allPassed([await run([right])])).toBe(true);
		expect(allPassed([])).toBe(false);
	});
});

describe('the reference files', () => {
	it('fail when one digit of theirs is another', async () => {
		const value = load<{ cases: { expect: { x25519_pk?: string } }[] }>('curve25519');
		const { expect: expected } = value.cases.find((one) => one.expect.x25519_pk !== undefined)!;
		expected.x25519_pk = expected.x25519_pk!.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
		const { cases } = await runFile({ name: 'curve25519', value, sibling: () => ({}) }, registry);
		expect(cases.filter(({ state }) => state === 'failed').length).toBe(1);
	});
});
