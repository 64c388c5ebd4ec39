import type { EngineErrorCode, EngineErrorDetail } from '../engine/api';

/** The engine's error as the page sees it: a code that `describeFailure` has words for. */
export class EngineFailure extends Error {
	override readonly name = 'EngineFailure';
	constructor(
		readonly code: EngineErrorCode,
		readonly detail: EngineErrorDetail = {}
	) {
		super(code);
	}
}

/** What comes over the channel in place of a thrown value; anything else is `internal`. */
export function failureFrom(carried: unknown): EngineFailure {
	if (typeof carried === 'object' && carried !== null) {
		if ('name' in carried && carried.name === 'EngineError' && 'code' in carried) {
			const detail = 'detail' in carried ? (carried.detail as EngineErrorDetail) : {};
			return new EngineFailure(carried.code as EngineErrorCode, detail);
		}
		// Comlink wraps what is not ours as { isError, value }.
		if ('value' in carried) return failureFrom(carried.value);
	}
	return new EngineFailure('internal');
}
