/** What a person does with conversations; each act is one transaction. */
import { AccountIdError, parseAccountId } from '../../protocol/identity';
import { isName } from '../../protocol/ons';
import type { AccountId, RandomBytes } from '../../protocol/types';
import type { ConversationKey, StorageUse } from '../api';
import { EngineError } from '../errors';
import type { Network } from '../network/types';
import type { AccountDatabase, AccountTransaction, ConversationRecord } from '../storage/types';
import { findOrMake } from './find';
import { isHidden } from './records';
import { standingOf } from './standing';
import { blocked, emptied } from './transitions';

export interface ConversationContext {
	readonly db: AccountDatabase;
	readonly network: Pick<Network, 'resolveName' | 'clock'>;
	readonly self: AccountId;
	readonly random: RandomBytes;
}

/** Shorter than this, hex without a valid form is rather a name than a cut Account ID. */
const ID_LIKE_LENGTH = 40;

export async function openConversation(
	context: ConversationContext,
	input: string
): Promise<ConversationKey> {
	const account = await accountNamed(context, input);
	const { random, network, db } = context;
	return db.write(async (tx) => {
		const record = await findOrMake(tx, account, { random, now: network.clock.now() });
		if ((await tx.conversations.get(record.key)) === null) await tx.conversations.put(record);
		return record.key;
	});
}

/** Fails with `invalid-account-id` and the reason, `unknown-name`, `name-lookup-failed`, or the network's errors. */
async function accountNamed({ network }: ConversationContext, input: string): Promise<AccountId> {
	const text = input.trim();
	try {
		return parseAccountId(text);
	} catch (error) {
		if (!(error instanceof AccountIdError)) throw error;
		const idLike =
			error.reason === 'not-hex' ? false : error.reason !== 'length' || text.length >= ID_LIKE_LENGTH;
		if (idLike || !isName(text)) throw new EngineError('invalid-account-id', { reason: error.reason });
	}
	return network.resolveName(text);
}

/** Fails with `not-found`. */
export async function knownConversation(
	tx: AccountTransaction,
	key: ConversationKey
): Promise<ConversationRecord> {
	const record = await tx.conversations.get(key);
	if (record === null) throw new EngineError('not-found');
	return record;
}

export function declineRequest({ db, self }: ConversationContext, key: ConversationKey): Promise<void> {
	return db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		if (standingOf(record, self) !== 'incoming-request') throw new EngineError('not-found');
		await tx.conversations.remove(key);
	});
}

/** A request is declined with it; a contact's history stays, to be read until it is deleted. */
export function blockPerson({ db, self }: ConversationContext, key: ConversationKey): Promise<void> {
	return db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		const standing = standingOf(record, self);
		if (standing === 'note' || standing === 'blocked') return;
		if (standing === 'incoming-request') {
			await tx.conversations.remove(key);
			await tx.conversations.put(emptied(blocked(record)));
		} else {
			await tx.conversations.put(blocked(record));
		}
	});
}

export function setDraft({ db }: ConversationContext, key: ConversationKey, draft: string): Promise<void> {
	return db.write(async (tx) => {
		const record = await knownConversation(tx, key);
		if (record.draft !== draft) await tx.conversations.put({ ...record, draft });
	});
}

export function storageUse({ db }: ConversationContext): Promise<StorageUse> {
	return db.read(async (tx) => {
		const records = await tx.conversations.all();
		let messages = 0;
		for (const { key } of records) messages += await tx.messages.count(key);
		return { messages, conversations: records.filter((record) => !isHidden(record)).length };
	});
}
