import type { Engine, NetworkDeletion } from '../../engine/api';

type Step =
	| { readonly kind: 'choosing' }
	/** Nodes are being asked. */
	| { readonly kind: 'asking' }
	/** Some nodes did not confirm: the person decides. */
	| { readonly kind: 'partly'; readonly result: NetworkDeletion }
	/** Nobody could be asked. */
	| { readonly kind: 'failed'; readonly why: unknown }
	/** This browser's data is being removed. */
	| { readonly kind: 'removing' };

/** Deletes the shown account, step by step: nothing here goes before the network part is settled by the person. */
export class AccountDeletion {
	step = $state.raw<Step>({ kind: 'choosing' });
	readonly #engine: Pick<Engine, 'deleteFromNetwork' | 'keepAccount'>;
	readonly #removeHere: () => Promise<void>;
	/** Answers to an earlier question are no longer waited for. */
	#question = 0;
	#resting = false;

	constructor(engine: Pick<Engine, 'deleteFromNetwork' | 'keepAccount'>, removeHere: () => Promise<void>) {
		this.#engine = engine;
		this.#removeHere = removeHere;
	}

	/** True when everything is deleted. Throws EngineFailure when this browser could not let go of its data. */
	async everywhere(): Promise<boolean> {
		const question = ++this.#question;
		this.step = { kind: 'asking' };
		this.#resting = true;
		try {
			const result = await this.#engine.deleteFromNetwork();
			if (question !== this.#question) {
				// The person stopped, or left, while it was under way.
				await this.#keep();
				return false;
			}
			if (result.unconfirmed.length === 0) return await this.here();
			this.step = { kind: 'partly', result };
		} catch (error) {
			if (question === this.#question) this.step = { kind: 'failed', why: error };
		}
		return false;
	}

	/** Throws EngineFailure. */
	async here(): Promise<true> {
		const before = this.step;
		this.#question += 1;
		this.step = { kind: 'removing' };
		try {
			await this.#removeHere();
			this.#resting = false;
			return true;
		} catch (error) {
			this.step = before.kind === 'asking' ? { kind: 'choosing' } : before;
			throw error;
		}
	}

	/** The account stays, and works on. Also when the page is left in the middle. */
	async keep(): Promise<void> {
		this.#question += 1;
		this.step = { kind: 'choosing' };
		if (this.#resting) await this.#keep();
	}

	async #keep(): Promise<void> {
		this.#resting = false;
		await this.#engine.keepAccount();
	}
}
