/** The next version of a config while it is being written: config.md §2. */
import type { Ed25519SecretKey } from '../types';
import { diffOf } from './diff';
import { sealMessage } from './message';
import type { ConfigContent, ConfigMessage } from './message';
import { TreeEditor } from './tree';
import type { ConfigDict, Path, Scalar, ScalarSet } from './tree';

/** Everything but what will have changed in the end. */
export type VersionBase = Omit<ConfigContent, 'diff'>;

export class Draft {
	private editor: TreeEditor;
	private sealed: ConfigMessage | undefined;

	/** The changes are those from `base.data` to `edited`. */
	constructor(
		readonly base: VersionBase,
		edited: ConfigDict = base.data
	) {
		this.editor = new TreeEditor(edited);
	}

	get data(): ConfigDict {
		return this.editor.root;
	}

	set(path: Path, value: Scalar | ScalarSet): void {
		this.editor.set(path, value);
		this.sealed = undefined;
	}

	remove(path: Path): void {
		this.editor.remove(path);
		this.sealed = undefined;
	}

	/** The message as it would be pushed now. */
	seal(secretKey: Ed25519SecretKey | undefined): ConfigMessage {
		if (this.sealed === undefined) {
			const data = this.editor.root;
			this.sealed = sealMessage({ ...this.base, data, diff: diffOf(this.base.data, data) }, secretKey);
			// What was sealed stays as it is; later changes go into copies.
			this.editor = new TreeEditor(data);
		}
		return this.sealed;
	}
}
