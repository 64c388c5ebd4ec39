/** What a method answers, before it is put into HTTP, a batch or an onion. */
import type { JsonOut } from './json';

export type JsonFields = Readonly<Record<string, JsonOut | undefined>>;

export interface Reply {
	readonly status: number;
	/** Text is an error text, bytes are those of active_nodes_bin, everything else is JSON. */
	readonly body: string | Uint8Array | JsonFields;
}

export function ok(body: JsonFields): Reply {
	return { status: 200, body };
}

export function refusal(status: number, text: string): Reply {
	return { status, body: text };
}
