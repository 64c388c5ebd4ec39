/**
 * The only door out: POST /api/onion/<guard> on one of several gateways. A gateway carries sealed bytes to the guard
 * that we name; whatever it answers is hostile until the onion layer has opened it.
 */
import type { Bytes, SnodeId } from '../../protocol/types';
import type { Platform } from '../platform';
import { openDeadline, settledBy } from './deadline';

/** Why a gateway that works did not bring an answer of the guard. */
export type GatewayRefusal =
	'unknown-node' | 'too-large' | 'bad-request' | 'node-unreachable' | 'node-timeout';

export type GatewayOutcome =
	| {
			readonly kind: 'answered';
			/** Which gateway brought it. */
			readonly gateway: string;
			/** The guard's HTTP status and body. */
			readonly status: number;
			readonly body: Bytes;
			/** Whole request as we saw it, ms. */
			readonly totalMs: number;
			/** What the gateway says that the guard took, ms; null when it says nothing believable. */
			readonly upstreamMs: number | null;
	  }
	| { readonly kind: 'refused'; readonly reason: GatewayRefusal }
	/** No gateway of the list could be used. */
	| { readonly kind: 'unreachable' }
	| { readonly kind: 'timeout' }
	| { readonly kind: 'aborted' };

export interface PostOptions {
	readonly timeoutMs: number;
	readonly signal?: AbortSignal | undefined;
}

type Clockwork = Pick<Platform, 'fetch' | 'monotonic' | 'setTimeout' | 'clearTimeout'>;

interface Standing {
	failures: number;
	/** Requests in a row that brought nothing proven: silence, refusals, replies that could not be opened. */
	doubts: number;
	/** Monotonic ms; before it the gateway is asked only if all others rest too. */
	restsUntil: number;
}

const FIRST_REST_MS = 1_000;
/** One that answers, but never to the point, is not well again in a second. */
const FIRST_REST_OF_DOUBTFUL_MS = 15_000;
const LONGEST_REST_MS = 5 * 60_000;
/** So many requests in a row without a proven reply speak against the gateway rather than the paths. */
const DOUBTS_BEFORE_REST = 4;
/** The largest reply of a node is 7.8 MB of messages in base64; twice that is no reply. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;

const REFUSALS: ReadonlySet<string> = new Set<GatewayRefusal>([
	'unknown-node',
	'too-large',
	'bad-request',
	'node-unreachable',
	'node-timeout'
]);

export class GatewayClient {
	readonly #platform: Clockwork;
	#origins: readonly string[];
	readonly #standings = new Map<string, Standing>();
	#reachable = true;
	#current: string;

	/** `origins` in order of preference, at least one. */
	constructor(platform: Clockwork, origins: readonly [string, ...string[]]) {
		this.#platform = platform;
		this.#origins = origins;
		this.#current = origins[0];
	}

	/** The gateway that answered last, or the one to be tried next. */
	get current(): string {
		return this.#current;
	}

	get origins(): readonly string[] {
		return this.#origins;
	}

	/** False after a request that no gateway took, until one does. */
	get reachable(): boolean {
		return this.#reachable;
	}

	setOrigins(origins: readonly [string, ...string[]]): void {
		this.#origins = origins;
		this.#current = origins[0];
		this.forgive();
	}

	/** After coming online: what failed without a network says nothing about the gateways. */
	forgive(): void {
		this.#standings.clear();
		this.#reachable = true;
	}

	/** A reply that came through this gateway was opened: only that proves that it does its part. */
	proven(origin: string): void {
		this.#standings.delete(origin);
	}

	/** What came through this gateway was worthless. It may not be its fault; often enough in a row, it is. */
	doubt(origin: string): void {
		const standing = this.#standing(origin);
		standing.doubts += 1;
		const enough = standing.failures > 0 ? 1 : DOUBTS_BEFORE_REST;
		if (standing.doubts >= enough) this.#failed(origin, FIRST_REST_OF_DOUBTFUL_MS);
	}

	/** Carries `body` to the guard. Never throws; tries the next gateway when one cannot be used. */
	async post(guard: SnodeId, body: Bytes, options: PostOptions): Promise<GatewayOutcome> {
		const deadline = openDeadline(this.#platform, options.timeoutMs, options.signal);
		try {
			for (const origin of this.#inOrder()) {
				const outcome = await this.#postTo(origin, guard, body, deadline.signal);
				if (deadline.signal.aborted && outcome?.kind !== 'answered') {
					if (!deadline.expired) return { kind: 'aborted' };
					this.doubt(origin);
					return { kind: 'timeout' };
				}
				if (outcome) {
					this.#reachable = true;
					this.#current = origin;
					if (outcome.kind === 'refused') this.doubt(origin);
					return outcome;
				}
				this.#failed(origin);
			}
			this.#reachable = false;
			return { kind: 'unreachable' };
		} finally {
			deadline.close();
		}
	}

	/** GET of one of the gateway's own JSON pages, from the first gateway that has it; null when none has. */
	async read(path: '/api/network' | '/api/nodes', options: PostOptions): Promise<unknown> {
		const deadline = openDeadline(this.#platform, options.timeoutMs, options.signal);
		try {
			for (const origin of this.#inOrder()) {
				try {
					const response = await this.#platform.fetch(`${origin}${path}`, {
						...REQUEST,
						signal: deadline.signal
					});
					if (!response.ok) continue;
					return JSON.parse(
						new TextDecoder().decode(await readLimited(response, deadline.signal))
					) as unknown;
				} catch {
					continue;
				}
			}
			return null;
		} finally {
			deadline.close();
		}
	}

	/** Null when this origin could not do its part: not reachable, overloaded, or no gateway at all. */
	async #postTo(
		origin: string,
		guard: SnodeId,
		body: Bytes,
		signal: AbortSignal
	): Promise<GatewayOutcome | null> {
		const startedAt = this.#platform.monotonic();
		try {
			const response = await this.#platform.fetch(`${origin}/api/onion/${guard}`, {
				...REQUEST,
				method: 'POST',
				headers: { 'content-type': 'application/octet-stream' },
				body,
				signal
			});
			const bytes = await readLimited(response, signal);
			const status = wholeNumber(response.headers.get('x-sotto-status'), 100, 599);
			if (response.status === 200 && status !== null) {
				const totalMs = this.#platform.monotonic() - startedAt;
				const upstreamMs = wholeNumber(response.headers.get('x-sotto-upstream-ms'), 0, Math.ceil(totalMs));
				return { kind: 'answered', gateway: origin, status, body: bytes, totalMs, upstreamMs };
			}
			const reason = response.ok ? null : refusalOf(bytes);
			return reason ? { kind: 'refused', reason } : null;
		} catch {
			return null;
		}
	}

	#inOrder(): string[] {
		const now = this.#platform.monotonic();
		const restOf = (origin: string) => Math.max(now, this.#standings.get(origin)?.restsUntil ?? 0);
		// Sorting is stable: among those that do not rest, the person's order stands.
		return [...this.#origins].sort((a, b) => restOf(a) - restOf(b));
	}

	#standing(origin: string): Standing {
		let standing = this.#standings.get(origin);
		if (!standing) {
			standing = { failures: 0, doubts: 0, restsUntil: 0 };
			this.#standings.set(origin, standing);
		}
		return standing;
	}

	#failed(origin: string, firstRestMs = FIRST_REST_MS): void {
		const standing = this.#standing(origin);
		const rest = Math.min(LONGEST_REST_MS, firstRestMs * 2 ** Math.min(standing.failures, 10));
		standing.failures += 1;
		standing.doubts = 0;
		standing.restsUntil = this.#platform.monotonic() + rest;
		this.#current = this.#inOrder()[0] ?? origin;
	}
}

/** Nothing that could tell one person from another travels along, and nothing is kept. */
const REQUEST = {
	mode: 'cors',
	credentials: 'omit',
	cache: 'no-store',
	redirect: 'error',
	referrerPolicy: 'no-referrer'
} as const satisfies RequestInit;

function refusalOf(bytes: Bytes): GatewayRefusal | null {
	try {
		const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
		if (typeof value !== 'object' || value === null || !('error' in value)) return null;
		return typeof value.error === 'string' && REFUSALS.has(value.error)
			? (value.error as GatewayRefusal)
			: null;
	} catch {
		return null;
	}
}

function wholeNumber(text: string | null, low: number, high: number): number | null {
	if (text === null || !/^\d{1,7}$/.test(text)) return null;
	const value = Number(text);
	return value >= low && value <= high ? value : null;
}

/** The body, unless time is up or it is longer than any reply can be: then the connection is dropped. */
async function readLimited(response: Response, signal: AbortSignal): Promise<Bytes> {
	if (!response.body) return new Uint8Array(0);
	const reader = response.body.getReader();
	const chunks: Uint8Array[] = [];
	let length = 0;
	for (;;) {
		const part = await settledBy(reader.read(), signal);
		if (part?.done) break;
		length += part?.value.byteLength ?? 0;
		if (!part || length > MAX_REPLY_BYTES) {
			void reader.cancel().catch(() => undefined);
			throw new RangeError('reply too long, or too late');
		}
		chunks.push(part.value);
	}
	const whole = new Uint8Array(length);
	let offset = 0;
	for (const chunk of chunks) {
		whole.set(chunk, offset);
		offset += chunk.byteLength;
	}
	return whole;
}
