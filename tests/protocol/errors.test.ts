import { expect, it } from 'vitest';
import { attempt, ProtocolError } from '../../src/protocol/errors';

it('an attempt ends in a value or in what was wrong with the input, and hides no faults of ours', () => {
	const refusal = new ProtocolError('malformed', 'wrong');
	expect(attempt(() => 5)).toBe(5);
	expect(
		attempt(() => {
			throw refusal;
		})
	).toBe(refusal);
	expect(() =>
		attempt(() => {
			throw new TypeError('a bug');
		})
	).toThrow(TypeError);
});
