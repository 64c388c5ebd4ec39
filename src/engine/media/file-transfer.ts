/** Files up and down, as sealed blobs: file-server.md §5. What is in them is the caller's business. */
import { formatFileUrl, parseFileUrl, type FileLocation } from '../../protocol/attachments/download-url';
import { MAX_FILE_BYTES } from '../../protocol/attachments/legacy-padding';
import { ProtocolError } from '../../protocol/errors';
import {
	canExtend,
	downloadRequest,
	extendRequest,
	parseFileInfo,
	parseUploadReply,
	uploadRequest
} from '../../protocol/file-server';
import type { V4Reply } from '../../protocol/onion-v4';
import type { Bytes } from '../../protocol/types';
import type { OnionServer } from '../../networks/profile';
import { EngineError } from '../errors';
import { SERVER_STEP_MS } from '../network/timings';
import type { Network } from '../network/types';
import type { UploadTarget } from './file-servers';

export interface SentFile {
	/** For messages and profiles; carries no key of the file. */
	readonly url: string;
	/** Network ms; null from servers that do not say. */
	readonly expiry: number | null;
}

export interface FetchedFile {
	readonly blob: Bytes;
	/** Sealed in the newer form. */
	readonly isStream: boolean;
	readonly expiry: number | null;
}

export interface FileTransfer {
	/** Fails with `empty`, `too-large`, `no-file-server`, `server-unreachable` or `server-refused`. */
	upload(blob: Bytes): Promise<SentFile>;
	/**
	 * Fails with `file-expired`, which is final; `file-damaged` (reason `url`) for a link that may not be followed;
	 * `server-unreachable` or `server-refused` when three tries brought nothing.
	 */
	download(url: string, signal?: AbortSignal): Promise<FetchedFile>;
	/** The new expiry, network ms; null when this file cannot be extended, or is gone. */
	extend(url: string): Promise<number | null>;
}

export interface FileTransferParts {
	readonly network: Pick<Network, 'serverRequest'>;
	/** The network's own server. */
	readonly own: OnionServer | null;
	readonly target: () => Promise<UploadTarget | null>;
	readonly pause: (ms: number) => Promise<void>;
}

const TRIES = 3;
const REST_MS = 500;
/** The newer form fills files up to this at most. */
const MAX_BLOB_BYTES = 10_223_616;
/** Time for one try grows with what has to be carried, up to what gateways wait for. */
const SLOWEST_BYTES_PER_MS = 300;
const LONGEST_STEP_MS = 60_000;
const OK = 200;

export function createFileTransfer({ network, own, target, pause }: FileTransferParts): FileTransfer {
	return {
		async upload(blob) {
			if (blob.length === 0) throw new EngineError('empty');
			if (blob.length > MAX_FILE_BYTES) {
				throw new EngineError('too-large', { limit: MAX_FILE_BYTES, actual: blob.length });
			}
			const to = await target();
			if (to === null) throw new EngineError('no-file-server');
			const stepTimeoutMs = stepFor(blob.length);
			const reply = await network.serverRequest(to.server, uploadRequest(blob), { stepTimeoutMs });
			if (reply.status !== OK) throw refusal(reply);
			const { id, expiry } = read(() => parseUploadReply(reply));
			return { url: formatFileUrl({ server: to.server, id, isStream: false }, to.key), expiry };
		},

		async download(url, signal) {
			const { server, id, isStream } = locate(url, own);
			const stepTimeoutMs = stepFor(MAX_BLOB_BYTES);
			const options = { stepTimeoutMs, ...(signal && { signal }) };
			for (let left = TRIES - 1; ; left -= 1) {
				const reply = await network.serverRequest(server, downloadRequest(id), options);
				const { status, body, headers } = reply;
				if (status === 404) throw new EngineError('file-expired');
				if (status === OK && body !== null && body.length > 0) {
					if (body.length > MAX_BLOB_BYTES) throw new EngineError('file-damaged', { reason: 'too-large' });
					return { blob: body, isStream, expiry: timeOf(headers['expires']) };
				}
				if (left === 0) throw refusal(reply);
				await pause(REST_MS);
			}
		},

		async extend(url) {
			const { server, id } = locate(url, own);
			if (!canExtend(id)) return null;
			const reply = await network.serverRequest(server, extendRequest(id));
			if (reply.status === 404) return null;
			if (reply.status !== OK) throw refusal(reply);
			return read(() => parseFileInfo(reply)).expiry;
		}
	};
}

function stepFor(bytes: number): number {
	return Math.min(LONGEST_STEP_MS, SERVER_STEP_MS + Math.ceil(bytes / SLOWEST_BYTES_PER_MS));
}

/** What the server says no with. */
function refusal({ status }: V4Reply): EngineError {
	if (status === 413) return new EngineError('too-large');
	if (status === 507) return new EngineError('server-refused', { reason: 'full', actual: status });
	return new EngineError('server-refused', { actual: status });
}

/** The server itself answered, but not as file servers do. */
function read<Value>(parse: () => Value): Value {
	try {
		return parse();
	} catch (cause) {
		if (!(cause instanceof ProtocolError)) throw cause;
		throw new EngineError('server-refused', { reason: 'malformed' }, { cause });
	}
}

function locate(url: string, own: OnionServer | null): FileLocation {
	try {
		return parseFileUrl(url, own);
	} catch (cause) {
		if (!(cause instanceof ProtocolError)) throw cause;
		throw new EngineError('file-damaged', { reason: 'url' }, { cause });
	}
}

function timeOf(header: string | undefined): number | null {
	const time = Date.parse(header ?? '');
	return Number.isNaN(time) ? null : time;
}
