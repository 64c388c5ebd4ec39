import { expect, test } from 'vitest';
import { EngineError } from '../../src/engine/errors';
import { createLog } from '../../src/engine/log';

const lines = (text: string) => text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);

test('keeps the last entries, oldest first', () => {
	let time = 0;
	const log = createLog(() => (time += 1), 3);
	expect(log.export()).toBe('');
	for (let count = 1; count <= 5; count += 1) log.add('poll', { numbers: { count } });
	expect(lines(log.export())).toEqual([
		{ at: 3, event: 'poll', numbers: { count: 3 } },
		{ at: 4, event: 'poll', numbers: { count: 4 } },
		{ at: 5, event: 'poll', numbers: { count: 5 } }
	]);
});

test('says of an error its class and place, never its words', () => {
	const log = createLog(() => 0);
	log.failure('call-failed', new TypeError('cannot read 05abcdef of "my secret"'));
	log.failure('call-failed', new EngineError('offline', { reason: 'x' }));
	log.failure('call-failed', 'a thrown secret');
	log.failure('call-failed', Object.assign(new Error('secret'), { constructor: { name: 'secret' } }));
	const [error, engine, text, odd] = lines(log.export());
	expect(error).toMatchObject({ word: 'TypeError' });
	expect(Object.keys(error?.['numbers'] as object)).toEqual(['line', 'column']);
	expect(engine).toEqual({ at: 0, event: 'call-failed', word: 'offline' });
	expect(text).toMatchObject({ word: 'other' });
	expect(odd).toMatchObject({ word: 'other' });
	expect(log.export()).not.toMatch(/secret|05abcdef/);
});
