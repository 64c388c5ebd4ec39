/** Cases that this code answers differently from the recording, on purpose. */
export interface Exception {
	/** The file's name without ending, such as `sogs/auth`. */
	readonly file: string;
	readonly case: string;
	readonly reason: string;
	/** Where the reference does what the case shows: repository, file and line. */
	readonly reference: string;
}

export const exceptions: readonly Exception[] = [];
