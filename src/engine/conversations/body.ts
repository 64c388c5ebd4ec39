import { EngineError } from '../errors';

/** Code points of a message without Session Pro (messages.md §12). */
export const BODY_LIMIT = 2_000;
/** What of a received body is shown at most (messages.md §11.9). */
const RECEIVED_BODY_LIMIT = 10_000;

/**
 * What the composer's text becomes: trimmed, and well-formed, since lone surrogates have no UTF-8.
 * Fails with `empty`, or `too-large` with limit and actual in code points.
 */
export function outgoingBody(text: string): string {
	const body = new TextDecoder().decode(new TextEncoder().encode(text)).trim();
	if (body === '') throw new EngineError('empty');
	const actual = countCodePoints(body);
	if (actual > BODY_LIMIT) throw new EngineError('too-large', { limit: BODY_LIMIT, actual });
	return body;
}

export function receivedBody(text: string): string {
	if (text.length <= RECEIVED_BODY_LIMIT) return text;
	const points = [...text];
	return points.length <= RECEIVED_BODY_LIMIT ? text : points.slice(0, RECEIVED_BODY_LIMIT).join('');
}

function countCodePoints(text: string): number {
	let count = 0;
	for (const _point of text) count += 1;
	return count;
}
