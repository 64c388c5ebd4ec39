/** What the build says of itself: written by scripts/build-fingerprint.js after everything else. */
export interface BuildFacts {
	readonly release: string;
	/** SHA-256 over all files that are served, hex. */
	readonly sha256: string;
	readonly files: number;
}

/** null in development, or when the file cannot be had. */
export async function readBuildFacts(): Promise<BuildFacts | null> {
	try {
		const answer = await fetch('/build-fingerprint.json');
		if (!answer.ok) return null;
		const facts: unknown = await answer.json();
		return isBuildFacts(facts) ? facts : null;
	} catch {
		return null;
	}
}

function isBuildFacts(facts: unknown): facts is BuildFacts {
	return (
		typeof facts === 'object' &&
		facts !== null &&
		'release' in facts &&
		typeof facts.release === 'string' &&
		'sha256' in facts &&
		typeof facts.sha256 === 'string' &&
		/^[0-9a-f]{64}$/u.test(facts.sha256) &&
		'files' in facts &&
		typeof facts.files === 'number'
	);
}
