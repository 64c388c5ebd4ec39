import type { ConversationKey, ConversationRow, Engine } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';
import { isUnreadRow, listFilters, type ListFilter } from './list-filters';

/** The conversations and requests of this account, and the filter over their names. */
export class ChatList {
	/** undefined until the engine has answered. */
	rows = $state.raw<readonly ConversationRow[] | undefined>(undefined);
	requests = $state.raw<readonly ConversationRow[] | undefined>(undefined);
	filter = $state('');

	/** Note to self is there from the start; it shows once something was written in it. */
	readonly begun: readonly ConversationRow[] = $derived((this.rows ?? []).filter(hasBegun));
	#kept = $state<ConversationKey | null>(null);
	#chosen = $state.raw<ListFilter>(listFilters[0]);
	readonly filters: readonly ListFilter[] = $derived(
		listFilters.filter(({ whenUsed, has }) => whenUsed !== true || this.begun.some(has))
	);
	/** Which part of the list is shown; all of it again where that part is no more. */
	readonly part: ListFilter = $derived(this.filters.includes(this.#chosen) ? this.#chosen : listFilters[0]);
	/** Conversations, not messages. */
	readonly unread: number = $derived(this.begun.filter((row) => isUnreadRow(row) && !row.archived).length);
	readonly shown: readonly ConversationRow[] = $derived.by(() => {
		const wanted = fold(this.filter.trim());
		const { part } = this;
		const isKept = (row: ConversationRow) => part.fleeting === true && row.key === this.#kept;
		if (wanted === '') return this.begun.filter((row) => part.has(row) || isKept(row));
		// A name is looked for in what was put away, too.
		const within = part === listFilters[0] ? this.begun : this.begun.filter(part.has);
		return within.filter((row) => namesOf(row).some((name) => fold(name).includes(wanted)));
	});
	readonly unreadRequests: number = $derived((this.requests ?? []).filter((row) => row.unread > 0).length);
	/** Nothing to show and nothing to decide: the first screen. */
	readonly empty: boolean = $derived(
		this.rows !== undefined &&
			this.requests !== undefined &&
			this.begun.length === 0 &&
			this.requests.length === 0
	);

	show(part: ListFilter): void {
		this.#chosen = part;
		this.#kept = null;
	}

	/** What was opened from a part of the list stays in it while it is open, though reading takes it out. */
	keep(key: ConversationKey | null): void {
		const row = this.begun.find((each) => each.key === key);
		this.#kept = row !== undefined && this.part.has(row) ? row.key : null;
	}

	/** Follows the engine until the returned function is called. */
	start(engine: Pick<Engine, 'watch'>, report: (error: unknown) => void): () => void {
		let stopped = false;
		const unwatch: (() => void)[] = [];
		const keep = (watching: Promise<() => void>): void => {
			watching
				.then((stop) => {
					if (stopped) stop();
					else unwatch.push(stop);
				})
				.catch(report);
		};
		keep(engine.watch('conversations', null, (rows) => (this.rows = rows)));
		keep(engine.watch('requests', null, (rows) => (this.requests = rows)));
		return () => {
			stopped = true;
			for (const stop of unwatch) stop();
			// Another account may be next.
			this.rows = this.requests = undefined;
			this.filter = '';
		};
	}
}

/** I may look for someone by my name for them or by theirs. */
function namesOf(row: ConversationRow): readonly string[] {
	return row.standing === 'note' ? [m.chats_note_to_self()] : [row.person.name, row.displayName];
}

function hasBegun(row: ConversationRow): boolean {
	return row.standing !== 'note' || row.activeAt !== null || row.draft !== '';
}

/** Letters alone decide, not case or accents. */
export function fold(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
