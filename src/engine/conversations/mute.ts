import type { ConversationRecord } from '../storage/types';

type Choice = Pick<ConversationRecord, 'notify' | 'muteUntil'>;

/** Whether a conversation is to keep quiet now. `nowSeconds`: network seconds. */
export function isMuted({ notify, muteUntil }: Choice, nowSeconds: number): boolean {
	return notify === 'none' || muteUntil > nowSeconds;
}
