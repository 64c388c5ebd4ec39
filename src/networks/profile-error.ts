/** Why a profile is refused. Its words are for the operator who wrote the file. */
export class ProfileError extends Error {
	override readonly name = 'ProfileError';
	constructor(
		/** Where in the document, such as `nodes[3].ip`; empty for the document itself. */
		readonly at: string,
		readonly problem: string
	) {
		super(at === '' ? problem : `${at}: ${problem}`);
	}
}
