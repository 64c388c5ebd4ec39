/**
 * What can be wrong with a value that came from outside. The kind tells the caller what to do:
 * nothing that carries a ProtocolError is retried, and none of these is a bug of ours.
 */
export type ProtocolErrorKind =
	/** Lengths, types, encodings or required fields are wrong. */
	| 'malformed'
	/** A signature, tag or identity does not verify. */
	| 'unauthenticated'
	/** A format newer than this code knows; keep the bytes. */
	| 'unsupported-version'
	/** A limit of the protocol is passed. */
	| 'too-large';

export class ProtocolError extends Error {
	override readonly name = 'ProtocolError';
	constructor(
		readonly kind: ProtocolErrorKind,
		/** What was wrong, in fixed words: never a secret, an id or a text. */
		message: string,
		options?: ErrorOptions
	) {
		super(message, options);
	}
}

/** What `read` gives, or the ProtocolError it throws. Anything else that it throws is a fault of ours and goes on. */
export function attempt<Result>(read: () => Result): Result | ProtocolError {
	try {
		return read();
	} catch (error) {
		if (error instanceof ProtocolError) return error;
		throw error;
	}
}
