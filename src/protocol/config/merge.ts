/** One config out of several: config.md §3. */
import { bytesToKey } from '../bt/value';
import { applyDiff } from './diff';
import type { Diff } from './diff';
import { compareVersions, LAGS, sealMessage } from './message';
import type { ConfigMessage, SigningKeys, Version } from './message';
import { TreeEditor } from './tree';
import type { ConfigDict } from './tree';

export interface Merged {
	readonly message: ConfigMessage;
	/** Which of the candidates it is; undefined for one newly made of several. */
	readonly index: number | undefined;
}

/**
 * Gives the candidate that includes all others, or makes a message that does. The result does not depend on the order
 * of the candidates, so every device that sees the same ones makes the same bytes. Who may not sign takes the highest
 * one as it is, and waits for somebody who may.
 *
 * Changes of a branch that is five or more sequence numbers behind the highest are lost. Undefined without
 * candidates. Linear in the number and size of the candidates, but for a sort of their ancestors.
 */
export function mergeMessages(
	candidates: readonly ConfigMessage[],
	signing: SigningKeys | undefined
): Merged | undefined {
	const left = currentBranches(candidates);
	const [highest, ...others] = left;
	if (highest === undefined) return undefined;
	const mayMerge = signing === undefined || signing.secretKey !== undefined;
	if (others.length === 0 || !mayMerge) {
		return { message: highest, index: candidates.indexOf(highest) };
	}
	return { message: mergeBranches(highest, left, signing), index: undefined };
}

/** Those that no other includes, without repetitions and latecomers, the highest first. */
function currentBranches(candidates: readonly ConfigMessage[]): ConfigMessage[] {
	const highest = candidates.reduce((max, { seqno }) => Math.max(max, seqno), 0);
	const seen = new Set(candidates.flatMap(({ lagged }) => lagged.map(nameOf)));
	const left = candidates.filter((candidate) => {
		const name = nameOf(candidate);
		if (seen.has(name)) return false;
		seen.add(name);
		return candidate.seqno + LAGS > highest;
	});
	return left.sort((a, b) => compareVersions(b, a));
}

function nameOf({ seqno, hash }: Version): string {
	return `${seqno} ${bytesToKey(hash)}`;
}

interface Step extends Version {
	readonly diff: Diff;
	/** Where the values of the diff are looked up. */
	readonly source: ConfigDict;
}

function mergeBranches(
	highest: ConfigMessage,
	branches: readonly ConfigMessage[],
	signing: SigningKeys | undefined
): ConfigMessage {
	const steps = new Map<string, Step>();
	// From the highest down: for an ancestor of several branches the values of the highest of them count.
	for (const branch of branches) {
		for (const { seqno, hash, diff } of [branch, ...branch.lagged]) {
			const name = nameOf({ seqno, hash });
			if (!steps.has(name)) steps.set(name, { seqno, hash, diff, source: branch.data });
		}
	}
	const history = [...steps.values()].sort(compareVersions);
	const editor = new TreeEditor(highest.data);
	for (const { diff, source } of history) applyDiff(editor, diff, source);
	return sealMessage(
		{
			seqno: highest.seqno + 1,
			data: editor.root,
			diff: new Map(),
			lagged: history.map(({ seqno, hash, diff }) => ({ seqno, hash, diff })),
			unknown: new Map()
		},
		signing?.secretKey
	);
}
