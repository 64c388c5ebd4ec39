/** What the server's application answers, before it is put into HTTP or an onion. */
import { pythonJson, type PythonValue } from './python-json';

export interface FileRequest {
	/** Upper case. */
	readonly method: string;
	readonly path: string;
	/** With its question mark; '' for none. */
	readonly query: string;
	/** By lower-case name. */
	readonly headers: Readonly<Record<string, string | undefined>>;
	readonly body: Uint8Array;
}

export interface FileAnswer {
	readonly status: number;
	readonly contentType: string;
	/** Besides the content type, by lower-case name. */
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string | Uint8Array;
}

export function json(status: number, value: PythonValue): FileAnswer {
	return { status, contentType: 'application/json', headers: {}, body: pythonJson(value) };
}

export function refused(status: number): FileAnswer {
	return json(status, { status_code: status });
}

export function plain(status: number, body: string): FileAnswer {
	return { status, contentType: 'text/plain; charset=utf-8', headers: {}, body };
}

/** A page of the web framework itself. */
export function page(status: number, title: string, text: string): FileAnswer {
	const body = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${text}</p>\n`;
	return { status, contentType: 'text/html; charset=utf-8', headers: {}, body };
}
