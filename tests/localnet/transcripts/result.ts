export interface CaseResult {
	readonly name: string;
	/** Empty when the replay agrees with the recording. */
	readonly problems: readonly string[];
}

export interface FileResult {
	readonly file: string;
	readonly setting: string;
	readonly cases: readonly CaseResult[];
	/** Cases that are left out, by name. */
	readonly leftOut: readonly string[];
}

/** A case that throws has failed; the others go on. */
export async function runCase(name: string, run: () => Promise<readonly string[]>): Promise<CaseResult> {
	try {
		return { name, problems: await run() };
	} catch (error) {
		return { name, problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
	}
}
