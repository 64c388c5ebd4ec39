import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal';

/**
 * The whole body. `onBytes` hears of each piece before it is kept and may refuse it by throwing. Throws Refusal
 * `too-large`, or whatever ended the stream early. What was left unread is the caller's to discard.
 */
export function readBody(
	message: IncomingMessage,
	limit: number,
	onBytes: (bytes: number) => void
): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const pieces: Buffer[] = [];
		let size = 0;
		const stop = (error: Error): void => {
			message.removeAllListeners('data');
			reject(error);
		};
		message.on('data', (piece: Buffer) => {
			size += piece.length;
			try {
				if (size > limit) throw new Refusal('too-large');
				onBytes(piece.length);
			} catch (error) {
				stop(error instanceof Error ? error : new Refusal('internal'));
				return;
			}
			pieces.push(piece);
		});
		message.once('end', () => resolve(Buffer.concat(pieces, size)));
		message.once('error', stop);
	});
}
