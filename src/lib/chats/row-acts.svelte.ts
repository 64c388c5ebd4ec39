import { goto } from '$app/navigation';
import type { ConversationRow, Engine } from '../../engine/api';
import type { Decisions } from '../conversation/decisions.svelte';
import { m } from '../i18n/paraglide/messages';
import type { MenuItem } from '../ui/menu-items';
import { toast } from '../ui/toast.svelte';
import { clock } from './clock.svelte';
import { isQuiet, momentWords } from './quiet';
import { conversationName } from './row-words';

type ActingEngine = Pick<
	Engine,
	'setPinned' | 'setHidden' | 'setArchived' | 'setNotify' | 'setDraft' | 'mute' | 'markAllRead' | 'markUnread'
>;

/** What can be done with a conversation from where it is listed. What can be undone happens at once and says how. */
export class RowActs {
	/** Whose notifications are to rest: the length is being asked. */
	muting = $state.raw<ConversationRow | null>(null);

	readonly #engine: ActingEngine;
	readonly #report: (error: unknown) => void;
	readonly #decisions: Decisions;

	constructor(engine: ActingEngine, decisions: Decisions, report: (error: unknown) => void) {
		this.#engine = engine;
		this.#decisions = decisions;
		this.#report = report;
	}

	itemsFor(row: ConversationRow): readonly MenuItem[] {
		if (row.standing === 'incoming-request' || row.standing === 'blocked') return this.#fewItems(row);
		const note = row.standing === 'note';
		const items: MenuItem[] = [this.#details(row)];
		if (row.unread > 0 || row.markedUnread)
			items.push({ label: m.acts_read(), icon: 'check-double', onselect: () => this.markRead(row) });
		else if (row.activeAt !== null)
			items.push({ label: m.acts_unread(), icon: 'chat', onselect: () => this.markUnread(row) });
		items.push({
			label: row.pinned ? m.acts_unpin() : m.acts_pin(),
			icon: 'pin',
			onselect: () => this.pin(row, !row.pinned)
		});
		if (!note) items.push(this.#muteItem(row));
		items.push(
			{
				label: row.archived ? m.acts_unarchive() : m.acts_archive(),
				icon: 'archive',
				onselect: () => this.archive(row, !row.archived)
			},
			{ label: m.acts_hide(), icon: 'eye-off', onselect: () => this.hide(row) }
		);
		const block: MenuItem = {
			label: m.details_block(),
			icon: 'block',
			separated: true,
			onselect: () => this.#decisions.ask('block', row)
		};
		if (!note) items.push(block);
		items.push({ ...this.#deleting(row), separated: note });
		return items;
	}

	/** Whom I have not let in: only what decides about them. */
	#fewItems(row: ConversationRow): readonly MenuItem[] {
		const isBlocked = row.standing === 'blocked';
		return [
			this.#details(row),
			{
				label: isBlocked ? m.details_unblock() : m.details_block(),
				icon: 'block',
				onselect: () => (isBlocked ? void this.#decisions.unblock(row) : this.#decisions.ask('block', row))
			},
			{ ...this.#deleting(row), separated: true }
		];
	}

	#details({ key }: ConversationRow): MenuItem {
		return { label: m.details_title(), icon: 'info', onselect: () => void goto(`/chats/${key}/details`) };
	}

	#deleting(row: ConversationRow): MenuItem {
		return {
			label: m.details_delete(),
			icon: 'trash',
			danger: true,
			onselect: () => this.#decisions.ask('delete', row)
		};
	}

	#muteItem(row: ConversationRow): MenuItem {
		if (isQuiet(row, clock.now))
			return { label: m.acts_unmute(), icon: 'bell', onselect: () => this.unmute(row) };
		return { label: m.acts_mute(), icon: 'bell-off', onselect: () => (this.muting = row) };
	}

	pin(row: ConversationRow, pin: boolean): void {
		this.#do(this.#engine.setPinned(row.key, pin), pin ? m.acts_pinned() : m.acts_unpinned(), () =>
			this.#engine.setPinned(row.key, !pin)
		);
	}

	archive(row: ConversationRow, away: boolean): void {
		this.#do(this.#engine.setArchived(row.key, away), away ? m.acts_archived() : m.acts_unarchived(), () =>
			this.#engine.setArchived(row.key, !away)
		);
	}

	hide(row: ConversationRow): void {
		this.#do(this.#engine.setHidden(row.key, true), m.acts_hidden(), async () => {
			await this.#engine.setHidden(row.key, false);
			if (row.pinned) await this.#engine.setPinned(row.key, true);
			if (row.activeAt === null) await this.#engine.setDraft(row.key, row.draft);
		});
	}

	/** What was read stays read for everyone concerned; taken back, it is marked by hand. */
	markRead(row: ConversationRow): void {
		this.#do(this.#engine.markAllRead(row.key), m.acts_marked_read(), () => this.#engine.markUnread(row.key));
	}

	markUnread(row: ConversationRow): void {
		this.#do(this.#engine.markUnread(row.key), m.acts_marked_unread(), () =>
			this.#engine.markAllRead(row.key)
		);
	}

	/** `seconds`: null for until it is turned on again. */
	mute(row: ConversationRow, seconds: number | null): void {
		this.muting = null;
		const { key, notify } = row;
		const now = Date.now();
		const told =
			seconds === null
				? m.mute_done_always({ name: conversationName(row) })
				: m.mute_done({ name: conversationName(row), time: momentWords(now + seconds * 1_000, now) });
		const muted = seconds === null ? this.#engine.setNotify(key, 'none') : this.#engine.mute(key, seconds);
		this.#do(muted, told, () => this.#engine.setNotify(key, notify));
	}

	unmute(row: ConversationRow): void {
		this.#do(this.#engine.setNotify(row.key, 'default'), m.mute_ended({ name: conversationName(row) }));
	}

	#do(work: Promise<void>, done: string, undo?: () => Promise<void>): void {
		const action =
			undo === undefined ? null : { label: m.undo(), run: () => void undo().catch(this.#report) };
		work.then(() => toast(done, action)).catch(this.#report);
	}
}
