/** The server's application: file-server.md §3, in the words and the order of checks of the real one. */
import { fromUtf8 } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { asObject, parseJson } from '../../protocol/json';
import { corrupted } from '../faults';
import { decodeBase64, isBase64 } from '../encodings';
import { json, page, refused, type FileAnswer, type FileRequest } from './answer';
import { contentId, numberId } from './content-id';
import type { FileFaults } from './file-faults';
import type { FileStore, StoredFile } from './file-store';
import { Float } from './python-json';
import { refuseVersionAuth } from './version-auth';
import { newestVersion, tokenInfo } from './versions';

/** The published server of 2024, with numbers as ids and without expiries, and what came after it. */
export type FileServerGeneration = '2024' | '2025';

export interface FileApplication {
	readonly store: FileStore;
	readonly generation: FileServerGeneration;
	/** Bytes that a file may have. */
	readonly maxBytes: number;
	readonly faults: FileFaults;
	/** ms. */
	now(): number;
}

const LIFE_SECONDS = 21 * 24 * 60 * 60;
const CONTENT_ID_CHARACTERS = 44;
/** The web framework takes these apart, and finds no field in them. */
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'];
const FILE = /^\/file\/([\w-]+)$/;
const FILE_INFO = /^\/file\/([\w-]+)\/info$/;
const FILE_EXTEND = /^\/file\/([\w-]+)\/extend$/;
const OLD_FILE = /^\/files\/([\w-]+)$/;

export async function answerFileRequest(app: FileApplication, request: FileRequest): Promise<FileAnswer> {
	const { method, path, query } = request;
	if (method === 'POST') {
		if (path === '/file') return upload(app, request, bodyOf(request));
		if (path === '/files') return oldUpload(app, request);
		const id = FILE_EXTEND.exec(path)?.[1];
		if (id !== undefined && app.generation !== '2024') return extend(app, request, id);
	}
	if (method === 'GET') {
		const id = FILE.exec(path)?.[1];
		if (id !== undefined) return download(app, id);
		const described = FILE_INFO.exec(path)?.[1];
		if (described !== undefined) return fileInfo(app.store.find(described, app.now()));
		const old = OLD_FILE.exec(path)?.[1];
		if (old !== undefined) return oldDownload(app, old);
		if (path === '/session_version') {
			return refuseVersionAuth(request, app.now()) ?? newestVersion(query, app.now());
		}
		if (path === '/token_info') return tokenInfo(query, app.now());
	}
	return page(
		404,
		'Not Found',
		'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.'
	);
}

async function upload(app: FileApplication, request: FileRequest, body: Uint8Array): Promise<FileAnswer> {
	const stored = await storeFile(app, request, body);
	if (typeof stored === 'number') return refused(stored);
	const expires = app.generation === '2024' ? undefined : new Float(stored.expires / 1000);
	return json(200, { id: stored.id, expires });
}

async function oldUpload(app: FileApplication, request: FileRequest): Promise<FileAnswer> {
	const content = readOldUpload(bodyOf(request));
	if (content === null) return refused(400);
	const stored = await storeFile(app, request, content);
	if (typeof stored === 'number') return refused(stored);
	const result = app.generation === '2024' ? Number(stored.id) : stored.id;
	return json(200, { result, status_code: 200 });
}

/** The file, or the status of the refusal. */
async function storeFile(
	app: FileApplication,
	request: FileRequest,
	body: Uint8Array
): Promise<StoredFile | number> {
	if (app.faults.refuseUploads !== null) return app.faults.refuseUploads;
	if (body.length === 0 || body.length > app.maxBytes) return 413;
	const life = lifeOf(app, request);
	if (life === null) return 400;
	const id = app.generation === '2024' ? numberId() : await contentId(body);
	const now = app.now();
	return app.store.put(id, body, now, now + life * 1000);
}

function download(app: FileApplication, id: string): FileAnswer {
	const now = app.now();
	const file = app.store.find(id, now);
	const content = app.store.read(id, now);
	if (file === null || content === null) return refused(404);
	const expires = app.generation === '2024' ? {} : { expires: new Date(file.expires).toUTCString() };
	const body = app.faults.wrongBytes ? corrupted(content) : content;
	return { status: 200, contentType: 'application/octet-stream', headers: expires, body };
}

function oldDownload(app: FileApplication, id: string): FileAnswer {
	const content = app.store.read(id, app.now());
	if (content === null) return refused(404);
	return json(200, { status_code: 200, result: Buffer.from(content).toString('base64') });
}

function extend(app: FileApplication, request: FileRequest, id: string): FileAnswer {
	if (id.length !== CONTENT_ID_CHARACTERS) return refused(404);
	const life = lifeOf(app, request);
	if (life === null) return refused(400);
	const now = app.now();
	return fileInfo(app.store.extend(id, now, now + life * 1000));
}

function fileInfo(file: StoredFile | null): FileAnswer {
	if (file === null) return refused(404);
	return json(200, {
		size: file.size,
		uploaded: new Float(file.uploaded / 1000),
		expires: new Float(file.expires / 1000)
	});
}

/** Seconds; null for a life that the server does not give. */
function lifeOf({ generation }: FileApplication, { headers }: FileRequest): number | null {
	const wanted = headers['x-fs-ttl'];
	if (wanted === undefined || generation === '2024') return LIFE_SECONDS;
	const seconds = /^\d+(?:\.\d+)?$/.test(wanted) ? Number(wanted) : NaN;
	return seconds <= LIFE_SECONDS ? seconds : null;
}

function bodyOf({ headers, body }: FileRequest): Uint8Array {
	const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
	return FORM_TYPES.includes(type) ? new Uint8Array() : body;
}

function readOldUpload(body: Uint8Array): Uint8Array | null {
	try {
		const { file } = asObject(parseJson(fromUtf8(body)), 'upload');
		return typeof file === 'string' && isBase64(file) ? decodeBase64(file) : null;
	} catch (error) {
		if (error instanceof ProtocolError) return null;
		throw error;
	}
}
