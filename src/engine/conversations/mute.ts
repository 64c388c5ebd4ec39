import type { ConversationRecord } from '../storage/types';
import { isListed } from './standing';

type Choice = Pick<ConversationRecord, 'notify' | 'muteUntil'>;

/** Whether a conversation is to keep quiet now. `nowSeconds`: network seconds. */
export function isMuted({ notify, muteUntil }: Choice, nowSeconds: number): boolean {
	return notify === 'none' || muteUntil > nowSeconds;
}

/** Whether the person wants to hear of it at all when something comes; of requests too. `now`: network ms. */
export function isHeeded(record: ConversationRecord, now: number): boolean {
	return isListed(record) && !record.archived && !isMuted(record, Math.floor(now / 1000));
}
