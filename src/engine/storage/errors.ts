import Dexie from 'dexie';
import type { BootState, UnusableReason } from '../api';
import { EngineError } from '../errors';
import { DamagedRowError } from './seal';

/** This browser cannot hold an account, or not open the one it holds; the reason is one the page has words for. */
export class UnusableError extends EngineError {
	constructor(
		readonly reason: UnusableReason,
		options?: ErrorOptions
	) {
		super('storage-failed', { reason }, options);
	}
}

/** The vault knows the account, but the browser has removed its database or its keys. */
export class EvictedError extends EngineError {
	constructor(options?: ErrorOptions) {
		super('storage-failed', { reason: 'evicted' }, options);
	}
}

/** What a failed start means for the page; null for an error that says nothing of the storage. */
export function bootStateOf(error: unknown): BootState | null {
	if (error instanceof UnusableError) return { kind: 'unusable', reason: error.reason };
	if (error instanceof EvictedError) return { kind: 'evicted' };
	return null;
}

/** Turns what IndexedDB and Dexie throw into an EngineError; what `work` itself threw passes unchanged. */
export function storageError(error: unknown): unknown {
	if (error instanceof EngineError || error instanceof DamagedRowError) return error;
	const names = errorNames(error);
	if (names.includes('QuotaExceededError')) return new EngineError('quota-exceeded', {}, { cause: error });
	if (!(error instanceof Dexie.DexieError) && !(error instanceof DOMException)) return error;
	return new EngineError('storage-failed', { reason: names[0] ?? 'unknown' }, { cause: error });
}

const LOST = [
	'DatabaseClosedError',
	'InvalidStateError',
	'AbortError',
	'UnknownError',
	'TransactionInactiveError'
];

/** The connection went away under a transaction: closed by the browser, by another tab, or lost with its process. */
export function isLostConnection(error: unknown): boolean {
	if (error instanceof EngineError) return false;
	const names = errorNames(error);
	return !names.includes('QuotaExceededError') && names.some((name) => LOST.includes(name));
}

/** The names of an error and of what it wraps: Dexie puts the browser's own error inside. */
export function errorNames(error: unknown): readonly string[] {
	const names: string[] = [];
	for (let at = error, depth = 0; at instanceof Error || at instanceof DOMException; depth++) {
		names.push(at.name);
		if (depth === 4) break;
		at = 'inner' in at ? at.inner : at.cause;
	}
	return names;
}
