import { isBase64 } from './encodings';
import { ParameterError, required } from './params';

const HASH_CHARACTERS = 43;

/** At least one. Throws ParameterError. */
export function readMessages(messages: readonly string[] | undefined): readonly string[] {
	if (required('messages', messages).length === 0) {
		throw new ParameterError('messages does not contain any message hashes');
	}
	return required('messages', messages);
}

/** At least one, each a message hash. Throws ParameterError. */
export function readHashes(messages: readonly string[] | undefined): readonly string[] {
	const hashes = readMessages(messages);
	const wrong = hashes.find((hash) => hash.length !== HASH_CHARACTERS || !isBase64(hash));
	if (wrong !== undefined) throw new ParameterError(`invalid message hash: ${wrong}`);
	return hashes;
}
