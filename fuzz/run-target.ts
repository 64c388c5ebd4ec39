import { ProtocolError, type ProtocolErrorKind } from '../src/protocol/errors';
import { growth } from './growth';
import { chance, mutate } from './mutate';
import type { Target } from './target';

export interface Outcome {
	readonly name: string;
	readonly inputs: number;
	readonly accepted: number;
	readonly refused: ReadonlyMap<ProtocolErrorKind, number>;
	/** Errors that are none of ours, by their text; an input that shows each, in hex. */
	readonly faults: ReadonlyMap<string, string>;
	readonly seconds: number;
	/** The worst over the hostile inputs. */
	readonly exponent: number;
	readonly nsPerByte: number;
}

/** Above this, doubling the input costs clearly more than double: a quadratic decoder has 2. */
export const MAX_EXPONENT = 1.5;

export async function runTarget(target: Target, inputs: number): Promise<Outcome> {
	const below = chance(hash(target.name));
	const refused = new Map<ProtocolErrorKind, number>();
	const faults = new Map<string, string>();
	let accepted = 0;
	const start = performance.now();
	for (let index = 0; index < inputs; index++) {
		// The seeds themselves first: a target whose seeds are refused would test nothing.
		const input = target.seeds[index]?.slice() ?? mutate(target.seeds, below);
		try {
			const result = target.decode(input);
			if (result instanceof Promise) await result;
			accepted++;
		} catch (error) {
			if (error instanceof ProtocolError) {
				refused.set(error.kind, (refused.get(error.kind) ?? 0) + 1);
				if (index < target.seeds.length) faults.set(`refuses seed ${index}: ${error.message}`, '');
			} else {
				faults.set(describe(error), Buffer.from(input).toString('hex').slice(0, 400));
			}
		}
	}
	const seconds = (performance.now() - start) / 1000;
	let [exponent, nsPerByte] = [0, 0];
	for (const hostile of target.hostile) {
		const found = await worstOf(target, hostile);
		exponent = Math.max(exponent, found.exponent);
		nsPerByte = Math.max(nsPerByte, found.nsPerByte);
	}
	return { name: target.name, inputs, accepted, refused, faults, seconds, exponent, nsPerByte };
}

/** A slope that looks too steep is measured again: another program may have taken the machine meanwhile. */
async function worstOf(target: Target, hostile: Target['hostile'][number]) {
	let found = await growth(target.decode, hostile, target.largest);
	for (let again = 0; again < 3 && found.exponent > MAX_EXPONENT; again++) {
		const next = await growth(target.decode, hostile, target.largest);
		if (next.exponent < found.exponent) found = next;
	}
	return found;
}

function describe(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const where = error.stack?.split('\n').find((line) => line.includes('/src/')) ?? '';
	return `${error.name}: ${error.message.slice(0, 100)} ${where.trim()}`;
}

function hash(text: string): number {
	return [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);
}
