import type { EngineErrorCode } from '../../engine/api';
import { EngineFailure } from '../engine-failure';
import { describeFailure } from '../i18n/failures';
import { toast } from '../ui/toast.svelte';

/** The code of what the engine threw; anything that is not the engine's own is `internal`. */
export function failureCode(error: unknown): EngineErrorCode {
	return error instanceof EngineFailure ? error.code : 'internal';
}

/** Says what went wrong and what can be done, at the foot of the screen. */
export function report(error: unknown): void {
	toast(describeFailure(error));
}
