/** The composition root: every method of the door, put together from the rooms behind it. */
import { sodiumReady } from '../protocol/sodium';
import { toHex } from '../protocol/bytes';
import { ProtocolError } from '../protocol/errors';
import { decodeRecoveryOrHex, encodeRecovery, RecoveryError, wordsStartingWith } from '../protocol/mnemonic';
import { openVault } from './account/vault';
import type { AccountView, Engine, PictureRef, PictureView, RecoveryCheck } from './api';
import {
	markUnread,
	mute,
	noteOpened,
	setArchived,
	setHidden,
	setNickname,
	setNotify,
	setPinned,
	unblockPeople
} from './conversations/acts';
import {
	blockPerson,
	declineRequest,
	openConversation,
	setDraft,
	storageUse
} from './conversations/conversations';
import { profileOf } from './conversations/own-profile';
import { clearMessages, declineRequests, deleteContact, deleteConversation } from './conversations/removing';
import { changePreferences } from './conversations/preferences';
import { readMessages } from './conversations/read-messages';
import { markElsewhereSeen } from './documents/elsewhere';
import { EngineError } from './errors';
import { createFeeds } from './feeds/feeds';
import { accountView } from './feeds/views';
import { Lifecycle } from './lifecycle';
import type { EngineParts } from './lifecycle';
import { createLog } from './log';
import type { Log } from './log';
import type { OwnPicture } from './media/own-picture';
import { createNetwork } from './network/network';
import { changeProfile, ownDisplayName } from './own-account';
import type { Platform } from './platform';
import type { Session } from './session';
import { markAllRead, markRead } from './sync/reading';
import { discardMessage, retryMessage } from './sync/second-thoughts';
import { acceptRequest, sendText } from './sync/sending';

const REAL_PARTS: EngineParts = { openVault, createNetwork };

/** `parts`: what a test may put in place of the real vault and network. */
export function createEngine(platform: Platform, parts: EngineParts = REAL_PARTS): Engine {
	const log = createLog(() => platform.now());
	const feeds = createFeeds(platform, log);
	const life = new Lifecycle(platform, log, feeds, parts);
	const guard = guardWith(log);

	return {
		boot: guard((options) => life.boot(options)),
		createAccount: guard(async (displayName) => viewOf(await life.create(displayName))),
		restoreAccount: guard(async (input) => viewOf(await life.restore(input))),
		checkRecovery: guard(async (input) => {
			await sodiumReady;
			return checkRecovery(input);
		}),
		suggestWords: guard((prefix, limit) => Promise.resolve(wordsStartingWith(prefix, limit))),
		revealRecovery: guard(() => {
			const { seed } = life.session.account.identity;
			return Promise.resolve({ words: encodeRecovery(seed), qr: toHex(seed) });
		}),
		markRecoverySeen: guard(async () => {
			await changeProfile(life.session.db, (profile) => ({ ...profile, recoverySeen: true }));
		}),
		setDisplayName: guard(async (name) => {
			const { db, network } = life.session;
			const displayName = ownDisplayName(name);
			const seconds = Math.floor(network.clock.now() / 1000);
			await changeProfile(db, (profile) => {
				// The earlier name may have been given under a wrong clock, ahead of this one.
				const updatedSeconds = Math.max(seconds, profile.updatedSeconds + 1);
				return { ...profile, displayName, updatedSeconds };
			});
		}),
		markElsewhereSeen: guard(() => markElsewhereSeen(life.session.db)),
		switchAccount: guard((account) => life.switchTo(account)),
		deleteFromNetwork: guard(() => life.deleteFromNetwork()),
		keepAccount: guard(() => {
			life.keep();
			return Promise.resolve();
		}),
		setPicture: guard((bytes) => life.session.media.setPicture(bytes)),
		readPicture: guard((picture) => readPicture(life.sessions, picture)),
		fileServer: guard(() => life.session.media.fileServer()),
		setFileServer: guard((server) => life.session.media.setFileServer(server)),
		deleteAccount: guard(() => life.delete()),

		watch: (feed, args, listener) => guarded(log, () => feeds.watch(feed, args, listener)),

		openConversation: guard((input) => openConversation(life.session.conversations, input)),
		readMessages: guard((query) => readMessages(life.session.db, life.session.self, query)),
		send: guard(async (conversation, body) => {
			const { sending, presence } = life.session;
			const key = await sendText(sending, conversation, body);
			presence.setTyping(conversation, false);
			return key;
		}),
		retry: guard((message) => retryMessage(life.session.sending, message)),
		discard: guard((message) => discardMessage(life.session.sending, message)),
		setDraft: guard((conversation, text) => setDraft(life.session.conversations, conversation, text)),
		setTyping: guard((conversation, typing) => {
			life.session.presence.setTyping(conversation, typing);
			return Promise.resolve();
		}),
		markRead: guard((conversation, upTo) => markRead(life.session.sending, conversation, upTo)),
		markAllRead: guard((conversation) => markAllRead(life.session.sending, conversation)),
		markUnread: guard((conversation) => markUnread(life.session.conversations, conversation)),
		setPreferences: guard((change) => changePreferences(life.session.db, change)),
		setActive: guard(async (conversation) => {
			life.session.setActive(conversation);
			if (conversation !== null) await noteOpened(life.session.conversations, conversation);
		}),

		acceptRequest: guard((conversation) => acceptRequest(life.session.sending, conversation)),
		declineRequest: guard((conversation) => declineRequest(life.session.conversations, conversation)),
		blockPerson: guard((conversation) => blockPerson(life.session.conversations, conversation)),
		unblockPerson: guard((conversation) => unblockPeople(life.session.conversations, [conversation])),
		declineRequests: guard((keys) => declineRequests(life.session.conversations, keys)),
		unblockPeople: guard((keys) => unblockPeople(life.session.conversations, keys)),
		setPinned: guard((conversation, pin) => setPinned(life.session.conversations, conversation, pin)),
		setHidden: guard((conversation, hide) => setHidden(life.session.conversations, conversation, hide)),
		setArchived: guard((conversation, away) => setArchived(life.session.conversations, conversation, away)),
		setNotify: guard((conversation, choice) => setNotify(life.session.conversations, conversation, choice)),
		mute: guard((conversation, seconds) => mute(life.session.conversations, conversation, seconds)),
		setNickname: guard((conversation, name) => setNickname(life.session.conversations, conversation, name)),
		clearMessages: guard((conversation) => clearMessages(life.session.conversations, conversation)),
		deleteContact: guard((conversation) => deleteContact(life.session.conversations, conversation)),
		deleteConversation: guard((conversation) => deleteConversation(life.session.conversations, conversation)),

		setVisible: guard((visible) => {
			life.setVisible(visible);
			return Promise.resolve();
		}),
		close: guard(() => {
			life.close();
			return Promise.resolve();
		}),
		setOnline: guard((online) => {
			life.setOnline(online);
			return Promise.resolve();
		}),
		rebuildPaths: guard(() => life.session.network.rebuildPaths()),
		setGateways: guard((origins) => life.setGateways(origins)),
		storageUse: guard(() => storageUse(life.session.conversations)),
		exportLog: guard(() => Promise.resolve(log.export()))
	};
}

async function readPicture(sessions: readonly Session[], picture: PictureRef): Promise<PictureView | null> {
	for (const { media } of sessions) {
		const found = await media.readPicture(picture);
		if (found !== null) return found;
	}
	return null;
}

function viewOf({ db, self }: Session): Promise<AccountView> {
	return db.read(async (tx) =>
		accountView(self, await profileOf(tx), await tx.meta.get<OwnPicture>('own-picture'))
	);
}

function checkRecovery(input: string): RecoveryCheck {
	try {
		decodeRecoveryOrHex(input);
		return { ok: true };
	} catch (error) {
		if (!(error instanceof RecoveryError)) throw error;
		const { reason, index, word, count } = error;
		return {
			ok: false,
			reason,
			...(index === undefined ? {} : { index }),
			...(word === undefined ? {} : { word }),
			...(count === undefined ? {} : { count })
		};
	}
}

/** Nothing but EngineErrors leaves the engine; what is no such error is a fault of ours and is logged. */
function guardWith(log: Log) {
	return <Args extends readonly unknown[], Value>(work: (...args: Args) => Promise<Value>) =>
		(...args: Args): Promise<Value> =>
			guarded(log, () => work(...args));
}

async function guarded<Value>(log: Log, work: () => Promise<Value>): Promise<Value> {
	try {
		return await work();
	} catch (error) {
		log.failure('call-failed', error);
		if (error instanceof EngineError) throw error;
		if (error instanceof ProtocolError && error.kind === 'too-large') throw new EngineError('too-large');
		throw new EngineError('internal', {}, { cause: error });
	}
}
