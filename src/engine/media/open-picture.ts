/** From a downloaded file to a picture that may be shown. */
import { openAvatar } from '../../protocol/attachments/avatar';
import { readWhole } from '../../protocol/attachments/source';
import { openStream } from '../../protocol/attachments/stream';
import { ProtocolError } from '../../protocol/errors';
import type { Bytes } from '../../protocol/types';
import type { PictureType } from '../api';
import { EngineError } from '../errors';
import type { FetchedFile } from './file-transfer';
import { pictureType } from './picture-type';

/** The largest that some client sends: animated ones. */
const MAX_PICTURE_BYTES = 5 * 1024 * 1024;

export interface OpenedPicture {
	readonly bytes: Bytes;
	readonly type: PictureType;
}

/** Fails with `file-damaged`, which is final: the same file will never be better. */
export async function openPicture({ blob, isStream }: FetchedFile, key: Bytes): Promise<OpenedPicture> {
	let bytes: Bytes;
	try {
		bytes = isStream ? await readWhole(openStream(blob, key)) : await openAvatar(blob, key);
	} catch (cause) {
		if (!(cause instanceof ProtocolError)) throw cause;
		throw new EngineError('file-damaged', { reason: 'sealed' }, { cause });
	}
	const type = pictureType(bytes);
	if (type === null || bytes.length > MAX_PICTURE_BYTES) {
		throw new EngineError('file-damaged', { reason: 'no-picture' });
	}
	return { bytes, type };
}

/** Whether a failure says that trying again is of no use. */
export function isFinal(error: unknown): error is EngineError {
	return error instanceof EngineError && (error.code === 'file-expired' || error.code === 'file-damaged');
}
