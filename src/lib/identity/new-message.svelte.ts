import type { ConversationKey, Engine, EngineErrorCode } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';
import { readAddress, type Address, type AddressProblem } from './account-id';

/** Typing is not scolded: what a longer text may still mend is said only after a pause, a paste or an attempt. */
const mendable: readonly AddressProblem[] = ['too-short'];

/** The "New message" form: an Account ID or a name, and what is wrong with it. */
export class NewMessage {
	text = $state('');
	opening = $state(false);
	/** Problems that more typing may mend are shown too. */
	insisted = $state(false);
	#refusal = $state.raw<{ readonly code: EngineErrorCode; readonly text: string } | null>(null);

	readonly address: Address = $derived(readAddress(this.text));
	readonly own: boolean = $derived.by(
		() => this.address.kind === 'account-id' && this.address.id === this.#ownId()
	);
	readonly looksUp: boolean = $derived(this.opening && this.address.kind === 'name');
	readonly problem: string | undefined = $derived.by(() => this.#say());

	readonly #engine: Pick<Engine, 'openConversation'>;
	readonly #ownId: () => string | undefined;
	readonly #codeOf: (error: unknown) => EngineErrorCode;

	/** @param codeOf reads the engine's error code out of what it threw. */
	constructor(
		engine: Pick<Engine, 'openConversation'>,
		ownId: () => string | undefined,
		codeOf: (error: unknown) => EngineErrorCode
	) {
		this.#engine = engine;
		this.#ownId = ownId;
		this.#codeOf = codeOf;
	}

	write(text: string): void {
		this.text = text;
		this.insisted = false;
		this.#refusal = null;
	}

	/** Something whole was put in at once: pasted or scanned. It is judged at once. */
	put(text: string): void {
		this.write(text);
		this.insisted = true;
	}

	/** Opens the conversation; null when that is not possible, and `problem` says why. */
	async open(): Promise<ConversationKey | null> {
		this.insisted = true;
		const { address } = this;
		if (this.opening || address.kind === 'empty' || address.kind === 'problem') return null;
		const text = address.kind === 'account-id' ? address.id : address.name;
		this.opening = true;
		this.#refusal = null;
		try {
			return await this.#engine.openConversation(text);
		} catch (error) {
			this.#refusal = { code: this.#codeOf(error), text };
			return null;
		} finally {
			this.opening = false;
		}
	}

	#say(): string | undefined {
		const { address } = this;
		if (this.#refusal !== null) return refusalWords(this.#refusal.code, this.#refusal.text);
		if (address.kind !== 'problem') return undefined;
		if (!this.insisted && mendable.includes(address.problem)) return undefined;
		return problemWords(address.problem, address.length);
	}
}

function problemWords(problem: AddressProblem, length: number): string {
	switch (problem) {
		case 'too-short':
			return m.new_problem_too_short({ length });
		case 'too-long':
			return m.new_problem_too_long({ length });
		case 'blinded':
			return m.new_problem_blinded();
		case 'group':
			return m.new_problem_group();
		case 'prefix':
			return m.new_problem_prefix();
		case 'not-hex':
			return m.new_problem_not_hex();
		case 'name-shape':
			return m.new_problem_name();
	}
}

function refusalWords(code: EngineErrorCode, text: string): string {
	switch (code) {
		case 'unknown-name':
			return m.new_problem_unknown_name({ name: text });
		case 'invalid-name':
			return m.new_problem_name();
		case 'invalid-account-id':
			return m.new_problem_invalid_id();
		case 'offline':
			return m.new_problem_offline();
		case 'name-lookup-failed':
		case 'gateway-unreachable':
		case 'swarm-unreachable':
			return m.new_problem_lookup();
		default:
			return m.new_problem_other();
	}
}
