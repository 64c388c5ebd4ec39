import { contactsDevice, profileDevice } from '../tests/vectors/run/config-account-devices';
import { userGroupsDevice, volatileDevice } from '../tests/vectors/run/config-conversation-devices';
import type { ConfigDevice } from '../tests/vectors/run/config-device';
import { groupInfoDevice, groupMembersDevice } from '../tests/vectors/run/config-group-devices';
import { load } from '../tests/vectors/load';
import { concat, fromHex, utf8 } from '../src/protocol/bytes';
import { parseCommunityUrl } from '../src/protocol/config/documents/community';
import { readDump } from '../src/protocol/config/dump';
import { decryptConfig, encryptConfig } from '../src/protocol/config/encrypt';
import * as kinds from '../src/protocol/config/kinds';
import { mergeMessages } from '../src/protocol/config/merge';
import { PartCollector, splitConfig } from '../src/protocol/config/multipart';
import { pack, unpack, unpadded } from '../src/protocol/config/pack';
import { parseMessage } from '../src/protocol/config/parse';
import { unwrapConfig, wrapConfig } from '../src/protocol/config/wrap';
import { openAccountConfig } from '../src/protocol/config/open';
import { sign } from '../src/protocol/keys';
import { fromUtf8 } from '../src/protocol/bytes';
import type { Bytes, MessageHash, NetworkTime } from '../src/protocol/types';
import { between, repeated, wideDict, zeros } from './hostile';
import { keys, random } from './keys';
import type { Target } from './target';

const HASH = 'A'.repeat(43) as MessageHash;
const NOW = 1_767_225_600_000 as NetworkTime;
const LARGEST_SEED = 1500;
const DAY = 86_400_000;

interface Scenarios {
	cases: { steps: { expect: { decoded?: { plaintext?: string } } | null }[] }[];
}

/** What was pushed in the recorded scenarios, from the shorter ones on. */
function pushed(file: string): readonly Bytes[] {
	const { cases } = load<Scenarios>(file);
	const plaintexts = cases.flatMap(({ steps }) =>
		steps.flatMap(({ expect }) => expect?.decoded?.plaintext ?? [])
	);
	return [...new Set(plaintexts)]
		.filter((hex) => hex.length < 2 * LARGEST_SEED)
		.slice(0, 60)
		.map(fromHex);
}

/** The data tree of a config message grown without end, and its other parts. */
const hostileMessages = [
	(size: number) => concat(utf8('d1:#i1e1:&'), wideDict('i1e')(size), utf8('1:<le1:=dee')),
	(size: number) => concat(utf8('d1:#i1e1:&de1:<le1:='), wideDict('0:')(size), utf8('e')),
	between('d1:#i1e1:&d1:al', 'i1e', 'ee1:<le1:=dee'),
	between('d1:#i1e1:&de1:<l', `li0e32:${'h'.repeat(32)}dee`, 'e1:=dee'),
	between('d1:#i1e1:&', 'd1:a', ''),
	repeated('d1:#'),
	(size: number) => concat(utf8('d1:#i1e1:&de1:<le1:=de'), wideDict('i1e')(size).slice(1))
];

/** Sees a config through its document after it was merged as a message of the swarm. */
function documentTarget(
	name: string,
	file: string,
	kind: kinds.ConfigKind,
	key: Bytes,
	device: () => ConfigDevice,
	signer?: (message: Bytes) => Bytes
): Target {
	const seeds = pushed(file);
	const unsigned = signer === undefined ? seeds : seeds.map(withoutSignature);
	return {
		name,
		seeds: unsigned,
		decode(input) {
			const reader = device();
			const serialized = signer?.(input) ?? input;
			const data = encryptConfig(pack(serialized), key, kind.domain);
			reader.config.merge([{ hash: HASH, data }], NOW);
			return reader.state();
		},
		hostile: hostileMessages.slice(0, 4)
	};
}

const SIGNATURE_ENTRY = '1:~64:';

function withoutSignature(message: Bytes): Bytes {
	return message.slice(0, message.length - 64 - SIGNATURE_ENTRY.length - 1);
}

export function configTargets(): readonly Target[] {
	const { ada, group, groupKey } = keys();
	const own = ada.ed25519;
	const seed = own.secretKey.slice(0, 32);
	const all = ['config_user_profile', 'config_contacts', 'config_user_groups'].flatMap(pushed);
	const [one = new Uint8Array()] = all;
	const signing = { publicKey: group.publicKey, secretKey: group.secretKey };
	const signed = (input: Bytes) =>
		concat(input, utf8(SIGNATURE_ENTRY), sign(input, group.secretKey), utf8('e'));
	const encrypted = encryptConfig(pack(one), seed, kinds.CONTACTS.domain);
	const config = openAccountConfig(kinds.CONTACTS, own);
	config.set(['c', 'key', 'n'], utf8('name'));
	const dirty = config.dump(NOW);
	config.push(NOW);
	const parts = splitConfig(random(100_000));
	const [firstPart = new Uint8Array()] = parts;
	const shortPart = concat(utf8('m'), utf8(`l32:${'h'.repeat(32)}1:\u00001:\u000210:0123456789e`));
	return [
		{ name: 'config message', seeds: all, decode: (input) => parseMessage(input), hostile: hostileMessages },
		{
			name: 'config message, signed',
			seeds: pushed('config_group_info').map(withoutSignature),
			decode: (input) => parseMessage(signed(input), group.publicKey),
			hostile: hostileMessages.slice(0, 2)
		},
		{
			name: 'config messages, merged',
			seeds: all,
			decode(input) {
				const theirs = parseMessage(input);
				const ours = parseMessage(one);
				return mergeMessages([ours, theirs, theirs], undefined);
			},
			hostile: hostileMessages.slice(0, 4)
		},
		documentTarget('config: profile', 'config_user_profile', kinds.USER_PROFILE, seed, () =>
			profileDevice(own)
		),
		documentTarget('config: contacts', 'config_contacts', kinds.CONTACTS, seed, () => contactsDevice(own)),
		documentTarget(
			'config: conversations',
			'config_convo_info_volatile',
			kinds.CONVO_INFO_VOLATILE,
			seed,
			() => volatileDevice(own)
		),
		documentTarget('config: groups', 'config_user_groups', kinds.USER_GROUPS, seed, () =>
			userGroupsDevice(own)
		),
		documentTarget(
			"config: a group's info",
			'config_group_info',
			kinds.GROUP_INFO,
			groupKey,
			() => groupInfoDevice([groupKey], signing),
			signed
		),
		documentTarget(
			"config: a group's members",
			'config_group_members',
			kinds.GROUP_MEMBERS,
			groupKey,
			() => groupMembersDevice([groupKey], signing),
			signed
		),
		{
			name: 'config content',
			seeds: [pack(one), concat(new Uint8Array(9), one), pack(repeated('d1:#i1e')(5000))],
			decode: (input) => unpack(unpadded(input)),
			hostile: [zeros, repeated('d')]
		},
		{
			name: 'config as stored',
			seeds: [encrypted],
			decode: (input) => decryptConfig(input, seed, kinds.CONTACTS.domain),
			hostile: [zeros]
		},
		{
			name: 'config as wrapped',
			seeds: [wrapConfig(encrypted, 1, 2, own)],
			decode: (input) => unwrapConfig(input, 2, own),
			hostile: [zeros, repeated('\u0012\u0002\u0008\u0001')]
		},
		{
			name: 'config in parts',
			seeds: [firstPart.slice(0, 3000), shortPart].slice(1),
			decode: (input) => new PartCollector().add(HASH, input, NOW),
			hostile: [
				between(`ml32:${'h'.repeat(32)}`, '1:\u0001', 'e'),
				repeated('ml'),
				(size) => firstPart.slice(0, size)
			],
			largest: 76_000
		},
		{
			name: 'config as kept',
			seeds: [dirty, config.dump((NOW + DAY) as NetworkTime)],
			decode: readDump,
			hostile: [wideDict('i1e'), repeated('d')]
		},
		{
			name: 'community URL',
			seeds: [
				utf8(`https://example.org/room?public_key=${'ab'.repeat(32)}`),
				utf8(`http://example.org:8080/r/Room_1?public_key=${'ab'.repeat(32)}`)
			],
			decode: (input) => parseCommunityUrl(fromUtf8(input)),
			hostile: [
				between('https://', 'a.', `/r?public_key=${'ab'.repeat(32)}`),
				repeated('/r/'),
				repeated('?public_key='),
				repeated('https://')
			]
		}
	];
}
