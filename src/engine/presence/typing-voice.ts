import { storeCall } from '../../protocol/storage-rpc';
import type { AccountId, Bytes } from '../../protocol/types';
import type { ConversationKey } from '../api';
import { sharesWith } from '../conversations/preferences';
import type { Log } from '../log';
import type { Network } from '../network/types';
import type { Platform } from '../platform';
import type { AccountDatabase } from '../storage/types';
import { INBOX } from '../sync/open-batch';
import { sealTyping } from '../sync/outgoing';
import type { Sender } from '../sync/outgoing';
import { takeTimestamp } from '../sync/timestamps';

/** behaviours.md §8. */
const REPEATED_EVERY_MS = 10_000;
const IDLE_AFTER_MS = 3_000;
const TTL_MS = 20_000;
/** What takes longer would come too late to be worth anything. */
const PATIENCE_MS = 5_000;

export interface TypingVoiceParts {
	readonly db: AccountDatabase;
	readonly network: Pick<Network, 'swarmRequest' | 'clock' | 'view'>;
	readonly sender: Sender;
	readonly platform: Pick<Platform, 'monotonic' | 'setTimeout' | 'clearTimeout'>;
	readonly log: Log;
}

interface Typing {
	toldAt: number;
	idle: unknown;
	/** What is told follows one another, or "stopped" could overtake "started". */
	telling: Promise<void>;
}

/** Tells contacts that I am typing, past the outbox: what is lost of it is worth nothing a moment later. */
export class TypingVoice {
	readonly #parts: TypingVoiceParts;
	readonly #typing = new Map<ConversationKey, Typing>();

	constructor(parts: TypingVoiceParts) {
		this.#parts = parts;
	}

	/** A key was pressed. */
	typed(key: ConversationKey): void {
		const { platform } = this.#parts;
		const now = platform.monotonic();
		const known = this.#typing.get(key);
		const typing = known ?? { toldAt: -Infinity, idle: null, telling: Promise.resolve() };
		this.#typing.set(key, typing);
		platform.clearTimeout(typing.idle);
		typing.idle = platform.setTimeout(() => this.stopped(key), IDLE_AFTER_MS);
		if (now - typing.toldAt < REPEATED_EVERY_MS) return;
		typing.toldAt = now;
		this.#tell(key, typing, true);
	}

	/** The message was sent or given up, or the conversation left. */
	stopped(key: ConversationKey): void {
		const typing = this.#typing.get(key);
		if (typing === undefined) return;
		this.#typing.delete(key);
		this.#parts.platform.clearTimeout(typing.idle);
		this.#tell(key, typing, false);
	}

	/** Says nothing more; who was told that I type forgets it by themself. */
	close(): void {
		for (const { idle } of this.#typing.values()) this.#parts.platform.clearTimeout(idle);
		this.#typing.clear();
	}

	#tell(key: ConversationKey, typing: Typing, started: boolean): void {
		typing.telling = typing.telling.then(async () => {
			try {
				await this.#send(key, started);
			} catch (error) {
				this.#parts.log.failure('typing-not-told', error);
			}
		});
	}

	async #send(key: ConversationKey, started: boolean): Promise<void> {
		const { network } = this.#parts;
		// Nothing waits for the network to come back.
		if (network.view().state !== 'ready') return;
		const sealed = await this.#seal(key, started);
		if (sealed === null) return;
		const { account, data } = sealed;
		await network.swarmRequest(
			account,
			(timestamp) => storeCall({ account, namespace: INBOX, data, timestamp, ttlMs: TTL_MS }),
			{ attempts: 1, timeoutMs: PATIENCE_MS }
		);
	}

	/** Null where it is nobody's business. */
	#seal(key: ConversationKey, started: boolean): Promise<{ account: AccountId; data: Bytes } | null> {
		const { db, network, sender } = this.#parts;
		return db.write(async (tx) => {
			const record = await tx.conversations.get(key);
			const { accountId: self } = sender.identity;
			if (record === null || !(await sharesWith(tx, record, self, 'typingIndicators'))) return null;
			const timestamp = await takeTimestamp(tx, network.clock);
			return { account: record.accountId, data: sealTyping(sender, record.accountId, started, timestamp) };
		});
	}
}
