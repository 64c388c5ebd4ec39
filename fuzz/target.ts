import type { Bytes } from '../src/protocol/types';

/** A decoder, and what it is fed with. */
export interface Target {
	readonly name: string;
	/** Valid inputs, which mutation starts from. */
	readonly seeds: readonly Bytes[];
	/**
	 * Ends in a value or in a ProtocolError. A decoder behind an authenticated cipher is fed through a wrapper that seals the
	 * input first: nothing else would get past the tag.
	 */
	readonly decode: (input: Bytes) => unknown;
	/** Hostile input of about this many bytes, made to be slow; each is timed at growing sizes. */
	readonly hostile: readonly ((size: number) => Bytes)[];
	/** The largest size that is timed, where the default would pass a limit of the format. */
	readonly largest?: number;
}
