import { toHex } from '../../protocol/bytes';
import type { ConversationKey } from '../api';
import type { Platform } from '../platform';

export type TabId = string;

/** What the leader needs to know of a tab to poll as quickly as its person would like. */
export interface TabState {
	readonly visible: boolean;
	/** The conversation on screen. */
	readonly active: ConversationKey | null;
	/** The account is being deleted there: nobody polls or sends meanwhile. */
	readonly resting?: true;
}

/** All tabs of an account in this browser, with this one. `Message`: what tabs tell each other; opaque keys only. */
export interface Tabs<Message> {
	readonly id: TabId;
	/** Of this tab; the others hear of it. */
	setState(state: TabState): void;
	states(): readonly TabState[];
	/** Called when a tab came, changed or went. */
	onChange(listener: () => void): () => void;
	/** To all other tabs. */
	tell(message: Message): void;
	onMessage(listener: (message: Message, from: TabId) => void): () => void;
	leave(): void;
}

type Envelope<Message> =
	| { readonly kind: 'hello'; readonly from: TabId; readonly state: TabState }
	| { readonly kind: 'state'; readonly from: TabId; readonly state: TabState }
	| { readonly kind: 'gone'; readonly from: TabId }
	| { readonly kind: 'tell'; readonly from: TabId; readonly message: Message };

const ID_BYTES = 8;

/**
 * Each tab holds a lock as long as it lives, and whoever hears of it waits for that lock: so a tab that dies is known
 * to be gone at once, without timers.
 */
export function joinTabs<Message>(platform: Platform, name: string, state: TabState): Tabs<Message> {
	const id = toHex(platform.random(ID_BYTES));
	const channel = platform.channel(`sotto tabs ${name}`);
	const left = new AbortController();
	const others = new Map<TabId, TabState>();
	const changed = new Set<() => void>();
	const heard = new Set<(message: Message, from: TabId) => void>();
	let own = state;
	let present = false;

	const post = (envelope: Envelope<Message>) => {
		if (!left.signal.aborted) channel.post(envelope);
	};
	const tellChanged = () => {
		for (const listener of [...changed]) listener();
	};
	const lockOf = (tab: TabId) => `sotto tab ${name} ${tab}`;
	const waitUnlessLeft = (request: Promise<void>) => {
		request.catch((error: unknown) => {
			if (!left.signal.aborted) throw error;
		});
	};
	const forget = (tab: TabId) => {
		if (others.delete(tab)) tellChanged();
	};
	const learn = (tab: TabId, of: TabState) => {
		const known = others.has(tab);
		others.set(tab, of);
		tellChanged();
		if (known) return;
		const whenGone = () => Promise.resolve(forget(tab));
		waitUnlessLeft(platform.locks.request(lockOf(tab), { mode: 'shared', signal: left.signal }, whenGone));
	};

	// Only our own tabs can post here: the channel is bound to the origin.
	channel.onMessage((message) => {
		const envelope = message as Envelope<Message>;
		if (envelope.kind === 'tell') {
			for (const listener of [...heard]) listener(envelope.message, envelope.from);
		} else if (envelope.kind === 'gone') {
			forget(envelope.from);
		} else {
			learn(envelope.from, envelope.state);
			if (envelope.kind === 'hello' && present) post({ kind: 'state', from: id, state: own });
		}
	});

	// Nobody may hear of this tab before it holds its lock, or they would take it for dead.
	const stay = () =>
		new Promise<void>((resolve) => {
			left.signal.addEventListener('abort', () => resolve(), { once: true });
			present = true;
			post({ kind: 'hello', from: id, state: own });
		});
	waitUnlessLeft(platform.locks.request(lockOf(id), { signal: left.signal }, stay));

	return {
		id,
		setState: (next) => {
			own = next;
			if (present) post({ kind: 'state', from: id, state: own });
			tellChanged();
		},
		states: () => [own, ...others.values()],
		onChange: (listener) => subscribe(changed, listener),
		tell: (message) => post({ kind: 'tell', from: id, message }),
		onMessage: (listener) => subscribe(heard, listener),
		leave: () => {
			if (left.signal.aborted) return;
			post({ kind: 'gone', from: id });
			left.abort();
			channel.close();
		}
	};
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}
