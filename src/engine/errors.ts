import type { EngineErrorCode, EngineErrorDetail } from './api';

/** The only thing that leaves the engine when something goes wrong: a code the page has words for. */
export class EngineError extends Error {
	override readonly name = 'EngineError';
	constructor(
		readonly code: EngineErrorCode,
		readonly detail: EngineErrorDetail = {},
		options?: ErrorOptions
	) {
		super(code, options);
	}
}
