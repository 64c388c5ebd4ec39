/**
 * How a vector operation is run. Each area keeps its operations in a file of this folder that exports `handlers`;
 * registry.ts lists them all.
 */
import type { Check } from './check';
import type { Fields } from './fields';

/**
 * Runs one case. Reads every field through `one` (what nobody looked at fails the case) and compares through `check`,
 * which counts. Whatever it throws fails the case; so does a case in which nothing was compared.
 */
export type Handler = (one: Fields, check: Check) => void | Promise<void>;

/** By a case's `cmd`; `kind:` and its kind when it has no `cmd`; `steps` for scenarios, which have neither. */
export type Handlers = Readonly<Record<string, Handler>>;

/** A file that is no plain `{source, description, cases}`: a transcript, a network. */
export interface FileShape {
	readonly recognises: (file: Readonly<Record<string, unknown>>) => boolean;
	/**
	 * The file's cases by name. `sibling` reads another file of the same folder by its name without ending. What none of
	 * them looked at in `file` fails the file.
	 */
	readonly cases: (file: Fields, sibling: (name: string) => Fields) => readonly FileCase[];
}

export interface FileCase {
	readonly name: string;
	readonly run: (check: Check) => void | Promise<void>;
	/** An exchange in which nothing can be checked is counted apart; anywhere else that is a failure. */
	readonly mayBeEmpty?: boolean;
}
