/** What was recorded of file servers, and how it reads in another world: other keys, times and contents. */
import { fromBase64, fromUtf8, toBytes, utf8 } from '../../../src/protocol/bytes';
import type { Bytes } from '../../../src/protocol/types';
import { plain, type Json, type JsonObject } from './recorded';
import { isObject, tryParse } from './requests';
import type { Setting } from './world';

export interface RecordedBody {
	readonly body_text?: string;
	readonly body_b64?: string;
	readonly body_json?: Json;
	/** That many zero bytes. */
	readonly body_length?: number;
}

export interface RecordedAnswer extends RecordedBody {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
}

export interface FileServerFile {
	readonly recorded_at: number;
	readonly server: { readonly x25519_privkey: string };
	readonly exchanges: readonly {
		readonly name: string;
		readonly request: RecordedBody & {
			readonly method: string;
			readonly path: string;
			readonly headers: Readonly<Record<string, string>>;
		};
		readonly response: RecordedAnswer;
	}[];
	readonly version_auth: { readonly ed25519_seed: string };
}

/** What came instead, in the same terms. */
export interface ActualAnswer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: Bytes;
}

const SLACK_SECONDS = 5;

export class FileWorld {
	/** Seconds to add to recorded times. */
	readonly offset: number;
	readonly isRecorded: boolean;
	private readonly ids = new Map<string, string>();
	private readonly startedAt = performance.now();

	constructor(
		{ run }: Setting,
		private readonly recordedAt: number
	) {
		this.isRecorded = run === 'v1';
		this.offset = this.isRecorded ? 0 : Math.floor(Date.now() / 1000) - recordedAt;
	}

	/** ms: goes on from when the recording was made. */
	now(): number {
		return (this.recordedAt + this.offset) * 1000 + Math.floor(performance.now() - this.startedAt);
	}

	/** Other contents of the same size, so that no answer can be known before. */
	content(recorded: Uint8Array): Bytes {
		return toBytes(this.isRecorded ? recorded : Uint8Array.from(recorded).reverse());
	}

	learnId(recorded: string, actual: string): void {
		this.ids.set(recorded, actual);
	}

	path(recorded: string): string {
		return recorded.replace(/[\w-]{15,}/g, (id) => this.ids.get(id) ?? id);
	}

	requestBody(path: string, request: RecordedBody): Bytes {
		if (request.body_length !== undefined) return new Uint8Array(request.body_length);
		const raw = bytesOf(request);
		if (path !== '/files') return this.content(raw);
		const { file } = tryParse(fromUtf8(raw)) as { file: string };
		return utf8(JSON.stringify({ file: Buffer.from(this.content(fromBase64(file))).toString('base64') }));
	}

	/** Every difference. Ids that are given for the first time are learned. */
	compare(wanted: RecordedAnswer, actual: ActualAnswer): readonly string[] {
		const { status, headers, body } = actual;
		const problems: string[] = [];
		const expect = (what: string, is: unknown, should: unknown) => {
			if (is !== should) problems.push(`${what} is ${String(is)}, expected ${String(should)}`);
		};
		expect('status', status, wanted.status);
		expect('content-type', headers['content-type'], wanted.headers['content-type']);
		const expires = wanted.headers['expires'];
		if (expires === undefined) expect('expires', headers['expires'], undefined);
		else if (!this.isNear(Date.parse(headers['expires'] ?? '') / 1000, Date.parse(expires) / 1000)) {
			problems.push(`expires is ${headers['expires']}`);
		}
		if (wanted.body_json !== undefined) {
			problems.push(...this.compareJson(wanted.body_json, Buffer.from(body).toString()));
		} else {
			const isFile = wanted.headers['content-type'] === 'application/octet-stream';
			const expected = isFile ? this.content(bytesOf(wanted)) : bytesOf(wanted);
			if (Buffer.compare(body, expected) !== 0) problems.push('the body is another');
		}
		return problems;
	}

	/** Also the spaces between: the text itself is compared, but for ids and times. */
	compareJson(wanted: Json, text: string): readonly string[] {
		const actual = tryParse(text);
		if (!isObject(actual) || !isObject(wanted)) return [`no JSON object: ${text.slice(0, 200)}`];
		const same = timeless(spaced(this.translated(wanted, actual))) === timeless(text);
		return [
			...(same ? [] : [`body is ${text}, expected ${spaced(this.translated(wanted, actual))}`]),
			...['expires', 'uploaded'].flatMap((name) =>
				wanted[name] === undefined || this.isNear(Number(actual[name]), Number(wanted[name]))
					? []
					: [`${name} is ${plain(actual[name])}`]
			)
		];
	}

	private translated(wanted: JsonObject, actual: JsonObject): JsonObject {
		const entries = Object.entries(wanted).map(([name, value]) => {
			const isId = name === 'id' || (name === 'result' && plain(value).length > 12);
			if (!isId) return [name, value] as const;
			if (isContent(value))
				return [name, Buffer.from(this.content(fromBase64(value))).toString('base64')] as const;
			const given = actual[name];
			if (this.isRecorded && plain(value).length === 44) return [name, value] as const;
			if (typeof given === typeof value) this.learnId(plain(value), plain(given));
			return [name, given ?? value] as const;
		});
		return Object.fromEntries(entries);
	}

	private isNear(actual: number, recorded: number): boolean {
		return Math.abs(actual - recorded - this.offset) <= SLACK_SECONDS;
	}
}

/** What an old download answers, where an old upload answers an id. */
function isContent(value: Json): value is string {
	return typeof value === 'string' && value.endsWith('=');
}

export function bytesOf({ body_text, body_b64 }: RecordedBody): Bytes {
	return body_b64 === undefined ? utf8(body_text ?? '') : fromBase64(body_b64);
}

function timeless(text: string): string {
	return text.replace(/\d{10}(?:\.\d+)?(?=[,}])/g, 'time');
}

/** As Python spaces it. */
function spaced(value: Json): string {
	return JSON.stringify(value, null, 1)
		.replace(/([{[])\n */g, '$1')
		.replace(/,\n */g, ', ')
		.replace(/\n */g, '');
}
