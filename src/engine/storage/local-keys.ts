import { toHex } from '../../protocol/bytes';
import type { RandomBytes } from '../../protocol/types';
import type { ConversationKey, MessageKey, PictureRef } from '../api';

const KEY_BYTES = 12;

/** Random and local: these stand unsealed in the database and in addresses, so they may say nothing. */
export function newConversationKey(random: RandomBytes): ConversationKey {
	return toHex(random(KEY_BYTES)) as ConversationKey;
}

export function newMessageKey(random: RandomBytes): MessageKey {
	return toHex(random(KEY_BYTES)) as MessageKey;
}

export function newPictureRef(random: RandomBytes): PictureRef {
	return toHex(random(KEY_BYTES)) as PictureRef;
}
