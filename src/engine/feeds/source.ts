import type { AccountId } from '../../protocol/types';
import type { NetworkView } from '../api';
import type { Network } from '../network/types';
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
}

export interface LoadedSource extends FeedSource {
	readonly conversations: ConversationCache;
}
