import { describe, expect, it } from 'vitest';
import { EngineFailure, failureFrom } from '../../src/lib/engine-failure';
import { describeFailure } from '../../src/lib/i18n/failures';

describe('an error from the engine', () => {
	it('keeps its code and detail', () => {
		const failure = failureFrom({ name: 'EngineError', code: 'too-large', detail: { limit: 2000 } });
		expect(failure).toBeInstanceOf(EngineFailure);
		expect(failure.code).toBe('too-large');
		expect(describeFailure(failure)).toContain('2,000');
	});

	it('is found inside what Comlink wraps', () => {
		expect(failureFrom({ isError: true, value: { name: 'EngineError', code: 'offline' } }).code).toBe(
			'offline'
		);
	});

	it.each([null, 'text', {}, { isError: true, value: { message: 'a secret' } }])(
		'is internal when it is anything else: %j',
		(carried) => {
			const failure = failureFrom(carried);
			expect(failure.code).toBe('internal');
			expect(describeFailure(failure)).not.toContain('secret');
		}
	);
});
