import type { AccountId } from '../../protocol/types';
import type { ConversationKey, NetworkView } from '../api';
import type { Network } from '../network/types';
import type { OwnNotice } from '../presence/notices';
import type { AccountDatabase } from '../storage/types';
import type { ConversationCache } from './conversation-cache';

/** What feeds are made from while an account is open. */
export interface FeedSource {
	readonly self: AccountId;
	readonly db: AccountDatabase;
	readonly network: {
		readonly clock: Network['clock'];
		view(): NetworkView;
		onChange(listener: () => void): () => void;
	};
	readonly presence: PresenceSource;
}

/** What is known only while it lasts. */
export interface PresenceSource {
	/** The conversations whose person is typing. */
	typing(): readonly ConversationKey[];
	/** How many batches of notices there were, and those that came after the first `after`. */
	noticesSince(after: number): {
		readonly last: number;
		readonly batches: readonly (readonly OwnNotice[])[];
	};
	onChange(listener: () => void): () => void;
}

export interface LoadedSource extends FeedSource {
	readonly conversations: ConversationCache;
}
