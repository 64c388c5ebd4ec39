import type { ConversationRow, Engine } from '../../engine/api';

/** The conversations and requests of this account, and the filter over their names. */
export class ChatList {
	/** undefined until the engine has answered. */
	rows = $state.raw<readonly ConversationRow[] | undefined>(undefined);
	requests = $state.raw<readonly ConversationRow[] | undefined>(undefined);
	filter = $state('');

	/** Note to self is there from the start; it shows once something was written in it. */
	readonly begun: readonly ConversationRow[] = $derived((this.rows ?? []).filter(hasBegun));
	readonly shown: readonly ConversationRow[] = $derived.by(() => {
		const wanted = fold(this.filter.trim());
		return wanted === '' ? this.begun : this.begun.filter((row) => fold(row.person.name).includes(wanted));
	});
	readonly unreadRequests: number = $derived((this.requests ?? []).filter((row) => row.unread > 0).length);
	/** Nothing to show and nothing to decide: the first screen. */
	readonly empty: boolean = $derived(
		this.rows !== undefined &&
			this.requests !== undefined &&
			this.begun.length === 0 &&
			this.requests.length === 0
	);

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
		};
	}
}

function hasBegun(row: ConversationRow): boolean {
	return row.standing !== 'note' || row.activeAt !== null || row.draft !== '';
}

/** Letters alone decide, not case or accents. */
function fold(text: string): string {
	return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase();
}
