/** Which server files are sent to: the network's own, or one that the person set up and chose. */
import { parseFileUrl } from '../../protocol/attachments/download-url';
import { fromHex, toHex } from '../../protocol/bytes';
import { ProtocolError } from '../../protocol/errors';
import { downloadRequest } from '../../protocol/file-server';
import { parseEd25519PublicKey } from '../../protocol/keys';
import type { Ed25519PublicKey, RandomBytes } from '../../protocol/types';
import type { OnionServer } from '../../networks/profile';
import type { FileServerView } from '../api';
import { EngineError } from '../errors';
import type { Network } from '../network/types';

/** As the account keeps it, under the meta name `file-server`. */
export interface ChosenServer {
	/** Scheme, host and port. */
	readonly url: string;
	/** Ed25519, 64 lower-case hex digits. */
	readonly key: string;
}

/** Where uploads go. */
export interface UploadTarget {
	readonly server: OnionServer;
	/** Only of a server that is not the network's own: links must name it. */
	readonly key: Ed25519PublicKey | undefined;
}

const URL_FORM = /^https?:\/\/[a-z0-9.-]{1,120}(?::\d{1,5})?$/;
const KEY_FORM = /^[0-9a-f]{64}$/;
const ID_BYTES = 33;
const NOT_FOUND = 404;

/** `url` may be a link with its key (`#p=…`), then `key` may be empty. Fails with `invalid-file-server`. */
export function parseChoice(input: { readonly url: string; readonly key: string }): ChosenServer {
	const [address = '', linkKey = ''] = input.url.trim().toLowerCase().split('#p=');
	const url = address.replace(/\/$/, '');
	const key = input.key.trim().toLowerCase() || linkKey;
	if (!URL_FORM.test(url)) throw new EngineError('invalid-file-server', { reason: 'url' });
	if (!KEY_FORM.test(key)) throw new EngineError('invalid-file-server', { reason: 'key' });
	targetOf({ url, key });
	return { url, key };
}

/** Fails with `invalid-file-server`. */
export function targetOf({ url, key }: ChosenServer): UploadTarget & { readonly key: Ed25519PublicKey } {
	const sample = `${url}/file/1#p=${key}`;
	try {
		const { server } = parseFileUrl(sample, null);
		return { server, key: parseEd25519PublicKey(fromHex(key)) };
	} catch (cause) {
		if (!(cause instanceof ProtocolError)) throw cause;
		throw new EngineError('invalid-file-server', { reason: 'key' }, { cause });
	}
}

/**
 * Asks for a file that nobody has: only a file server of this key says that it is not there. Fails with
 * `invalid-file-server` (reason `not-a-file-server`), or because the server does not answer.
 */
export async function askChosen(
	network: Pick<Network, 'serverRequest'>,
	{ server }: UploadTarget,
	random: RandomBytes
): Promise<void> {
	const nobodys = toHex(random(ID_BYTES)).slice(0, 44);
	const { status, headers } = await network.serverRequest(server, downloadRequest(nobodys));
	const isRight = status === NOT_FOUND && headers['content-type'] === 'application/json';
	if (!isRight) throw new EngineError('invalid-file-server', { reason: 'not-a-file-server', actual: status });
}

export function serverView(own: OnionServer | null, chosen: ChosenServer | null): FileServerView | null {
	if (chosen !== null) return { chosen: true, ...chosen };
	if (own === null) return null;
	const { protocol, host, port } = own;
	const isUsual = port === (protocol === 'http' ? 80 : 443);
	return { chosen: false, url: `${protocol}://${host}${isUsual ? '' : `:${port}`}`, key: null };
}
