import type { NetworkProfile } from '../networks/profile';
import type { AccountId, SnodeId } from '../protocol/types';
import { startZstd } from '../protocol/zstd';
import type { OpenAccount } from './account/vault';
import type { ConversationKey, NetworkChange, NetworkView } from './api';
import type { ConversationContext } from './conversations/conversations';
import type { FeedSource } from './feeds/source';
import type { Log } from './log';
import { openMedia } from './media/media';
import type { Media } from './media/media';
import { Announcer } from './network/announcer';
import type { NetworkOptions } from './network/network';
import { createPoller } from './network/poller';
import type { Network } from './network/types';
import { ensureOwnProfile } from './own-account';
import type { Platform } from './platform';
import { createPresence } from './presence/presence';
import type { Presence, TypingNews } from './presence/presence';
import type { AccountDatabase } from './storage/types';
import { ensureDocuments } from './documents/first';
import { syncedDatabase } from './documents/synced-database';
import { createOutbox } from './sync/outbox';
import { createPusher } from './sync/pusher';
import { createReceiver } from './sync/receive';
import { redate } from './sync/second-thoughts';
import type { SendingContext } from './sync/sending';
import { electLeader } from './tabs/leader';
import { joinTabs } from './tabs/tabs';

/** What the page last said of itself and its surroundings. */
export interface Surroundings {
	readonly visible: boolean;
	readonly online: boolean;
}

export interface SessionOptions {
	readonly platform: Platform;
	readonly log: Log;
	readonly account: OpenAccount;
	readonly profile: NetworkProfile;
	readonly gateways: readonly string[];
	readonly surroundings: Surroundings;
	readonly guardsElsewhere: () => readonly SnodeId[];
	readonly createNetwork: (options: NetworkOptions) => Network;
}

/** One opened account in one tab. The leading tab's session polls and sends; all read and write. */
export interface Session {
	readonly account: OpenAccount;
	readonly self: AccountId;
	readonly db: AccountDatabase;
	readonly network: Network;
	readonly source: FeedSource;
	readonly conversations: ConversationContext;
	readonly sending: SendingContext;
	readonly presence: Presence;
	readonly media: Media;
	/** Takes part in the election and begins to work. Needs no network. */
	start(): Promise<void>;
	setVisible(visible: boolean): void;
	setOnline(online: boolean): void;
	setActive(conversation: ConversationKey | null): void;
	/** No new poll and nothing to send begins in any tab of this account, until this tab says otherwise or is gone. */
	rest(resting: boolean): void;
	/** The gateway serves another network: nothing is sent or asked any more, and the network feed says why. */
	refuse(change: NetworkChange): Promise<void>;
	close(): Promise<void>;
}

export function openSession(options: SessionOptions): Session {
	const { platform, log, account, profile, gateways, guardsElsewhere, createNetwork } = options;
	const { identity } = account;
	const self = identity.accountId;
	const random = (length: number) => platform.random(length);
	let surroundings = options.surroundings;
	let active: ConversationKey | null = null;
	let resting = false;

	const leadership = electLeader(platform, account.id);
	const network = createNetwork({
		platform,
		profile,
		gateways,
		store: {
			load: () => account.db.read((tx) => tx.meta.get<unknown>('network')),
			save: (state) => account.db.write((tx) => tx.meta.put('network', state))
		},
		leader: () => leadership.isLeader(),
		guardsElsewhere
	});
	network.setOnline(surroundings.online);
	// Only the leading tab compresses and decompresses, and not before it has something to.
	const codec = async () => startZstd(await platform.zstdModule());
	const db = syncedDatabase(account.db, self, { account: identity.ed25519, random, clock: network.clock });
	const tabs = joinTabs<TypingNews>(platform, account.id, { visible: surroundings.visible, active });
	const sender = { identity, random };
	const presence = createPresence({ db, network, self, sender, platform, log, tabs });
	const receiver = createReceiver({
		db,
		network,
		identity,
		platform,
		log,
		codec,
		onNews: (news) => presence.heard(news)
	});
	const poller = createPoller({ poll: loggedPoll, platform, ...surroundings });
	const pusher = createPusher({ db, network, identity, platform, log, codec });
	const sending: SendingContext = { db, clock: network.clock, sender };
	const media = openMedia({ db, network, platform, log, profile });
	const outbox = createOutbox({
		db,
		network,
		self,
		platform,
		log,
		redate: (message) => redate(sending, message),
		onStored: () => poller.wake()
	});

	async function loggedPoll() {
		try {
			const result = await receiver.poll();
			pusher.polled();
			return result;
		} catch (error) {
			log.failure('poll-failed', error);
			throw error;
		}
	}

	function lead(leader: boolean): void {
		log.add('leadership', { word: leader ? 'leader' : 'follower' });
		if (leader) {
			outbox.start();
			pusher.start();
			poller.start();
			media.start();
		} else {
			outbox.stop();
			pusher.stop();
			void poller.stop();
			media.stop();
		}
	}

	let working = false;
	function heedLead(): void {
		const wanted = leadership.isLeader() && !tabs.states().some((tab) => tab.resting);
		if (wanted === working) return;
		working = wanted;
		lead(wanted);
	}

	/** The leader polls as quickly as the liveliest of all tabs wants. */
	function heedTabs(): void {
		heedLead();
		const states = tabs.states();
		poller.setVisible(states.some((tab) => tab.visible));
		poller.setConversationOpen(states.some((tab) => tab.visible && tab.active !== null));
	}

	function tellTabs(): void {
		const { visible } = surroundings;
		tabs.setState({ visible, active, ...(resting && { resting: true }) });
	}

	let wasDown = !surroundings.online;
	function heedNetwork(): void {
		const { state } = network.view();
		if (state === 'offline' || state === 'gateway-unreachable') wasDown = true;
		if (state !== 'ready' || !wasDown) return;
		wasDown = false;
		outbox.wake();
		pusher.wake();
		poller.wake();
		media.wake();
	}

	let changed: NetworkChange | null = null;
	const views = new Announcer<NetworkView>(() => ({ ...network.view(), changed }));
	// Who leads is part of what the view says.
	const tell = (): void => views.changed();
	const stops: (() => void)[] = [network.onChange(tell), leadership.onChange(tell)];
	let closed = false;

	function endWork(): Promise<unknown> {
		presence.close();
		outbox.stop();
		pusher.stop();
		media.stop();
		const polled = poller.stop();
		const stopped = network.stop();
		// The lead goes first: another tab need not wait for our last answers.
		tabs.leave();
		leadership.resign();
		return Promise.allSettled([polled, stopped]);
	}

	return {
		account,
		self,
		db,
		network,
		source: {
			self,
			db,
			network: {
				clock: network.clock,
				view: () => ({ ...network.view(), changed }),
				onChange: (listener) => views.listen(listener)
			},
			presence
		},
		conversations: { db, network, self, random },
		sending,
		presence,
		media,
		async start() {
			await ensureOwnProfile(account, random, network.clock.now());
			await ensureDocuments(db, self);
			stops.push(leadership.onChange(heedLead), tabs.onChange(heedTabs), network.onChange(heedNetwork));
			await network.start();
			if (closed) return;
			heedTabs();
		},
		setVisible(visible) {
			surroundings = { ...surroundings, visible };
			tellTabs();
		},
		setOnline(online) {
			surroundings = { ...surroundings, online };
			network.setOnline(online);
			poller.setOnline(online);
			if (!online) return;
			outbox.wake();
			pusher.wake();
		},
		setActive(conversation) {
			active = conversation;
			tellTabs();
		},
		rest(wanted) {
			resting = wanted;
			tellTabs();
		},
		async refuse(change) {
			changed = change;
			views.changed();
			await endWork();
		},
		async close() {
			closed = true;
			for (const stop of stops) stop();
			await endWork();
			db.close();
		}
	};
}
