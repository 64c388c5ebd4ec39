/** What a swarm member makes of its copy of a request, and what the asking node puts into `swarm` for it. */
import { isObject, JsonError, parseJsonBytes, type JsonOut, type JsonValue } from './json';
import type { PeerAnswer } from './peer-link';
import type { JsonFields, Reply } from './reply';

/** Between nodes everything is bencoded, where true is 1: clients see that. */
export function asCopy({ status, body }: Reply): Reply {
	if (typeof body === 'string' || body instanceof Uint8Array) return { status, body };
	const fields = Object.entries(body).map(([key, value]) => [key, bencodable(value)] as const);
	return { status, body: Object.fromEntries(fields) };
}

function bencodable(value: JsonOut | undefined): JsonOut | undefined {
	return typeof value === 'boolean' ? Number(value) : value;
}

/** `failed` with its reason unless the member answered with its part. */
export function readCopyAnswer(answer: PeerAnswer | null): JsonFields {
	if (answer === null) return { failed: true, timeout: true };
	if (answer.status !== 200) {
		return { failed: true, code: String(answer.status), reason: answer.body.toString() };
	}
	try {
		const entry = parseJsonBytes(answer.body);
		if (isObject(entry)) return Object.fromEntries<JsonValue>(entry);
	} catch (error) {
		if (!(error instanceof JsonError)) throw error;
	}
	return { failed: true, bad_peer_response: true };
}
