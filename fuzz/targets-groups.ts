import { writeBt } from '../src/protocol/bt/writer';
import { concat, utf8 } from '../src/protocol/bytes';
import { noKeys } from '../src/protocol/groups/group-keys';
import { openGroupMessage, sealGroupMessage } from '../src/protocol/groups/group-message';
import { dumpKeys, loadKeys } from '../src/protocol/groups/key-dump';
import { openKicked, sealKicked } from '../src/protocol/groups/kicked';
import { loadKeyMessage } from '../src/protocol/groups/load-key';
import { decryptFromGroup, encryptForGroup } from '../src/protocol/groups/message-encryption';
import { rekey } from '../src/protocol/groups/rekey';
import { memberAuth, parseMemberAuth, verifyMemberAuth } from '../src/protocol/groups/subaccount';
import { keyListValue, readKeyList, supplement } from '../src/protocol/groups/supplement';
import { sign } from '../src/protocol/keys';
import { encodeEnvelope, EnvelopeType } from '../src/protocol/protobuf/envelope';
import { encodeContent } from '../src/protocol/protobuf/content';
import type { Bytes, MessageHash, NetworkTime } from '../src/protocol/types';
import { XCHACHA_NONCE_BYTES, xchachaOpen, xchachaSeal } from '../src/protocol/xchacha20';
import { between, repeated, wideDict, zeros } from './hostile';
import { keys, random } from './keys';
import type { Target } from './target';

const TIME = 1_760_000_000_123 as NetworkTime;
const SIGNATURE_ENTRY = '1:~64:';
const SIGNATURE_BYTES = 64;
const HASH = 'A'.repeat(43) as MessageHash;
const STORED = 60_000;

export function groupTargets(): readonly Target[] {
	const { ada, ben, group, groupId, groupKey } = keys();
	const content = encodeContent({ dataMessage: { body: 'hello' }, sigTimestamp: TIME });
	const envelope = encodeEnvelope({ type: EnvelopeType.GroupMessage, timestamp: TIME, content });
	const message = sealGroupMessage({
		content: { dataMessage: { body: 'hello' } },
		timestamp: TIME,
		sender: ada.ed25519,
		group: groupId,
		key: groupKey,
		random
	});
	const seal = (dict: Bytes) => {
		const nonce = random(XCHACHA_NONCE_BYTES);
		return concat(nonce, xchachaSeal(dict, nonce, groupKey));
	};
	const dict = xchachaOpen(
		message.slice(XCHACHA_NONCE_BYTES),
		message.slice(0, XCHACHA_NONCE_BYTES),
		groupKey
	);
	if (dict === undefined) throw new Error('no dict');
	const entries = [{ generation: 0, timestamp: TIME, key: groupKey }];
	const held = { ...noKeys, entries };
	const rotation = rekey(held, group, [ada.accountId, ben.accountId]).pending?.message;
	if (rotation === undefined) throw new Error('no rotation');
	const extra = supplement(held, group, [ada.accountId, ben.accountId]);
	const asMember = { role: 'member', group: group.publicKey, own: ben.x25519 } as const;
	const asAdmin = { role: 'admin', group } as const;
	const load = (data: Bytes) => {
		for (const reader of [asMember, asAdmin]) {
			loadKeyMessage(held, reader, { hash: HASH, data, timestamp: TIME });
		}
	};
	/** Without its signature and end, so that what was changed can be signed again. */
	const unsigned = (data: Bytes) => data.slice(0, data.length - SIGNATURE_BYTES - SIGNATURE_ENTRY.length - 1);
	const signed = (input: Bytes) => {
		const signature = sign(input, group.secretKey);
		return concat(input, utf8(SIGNATURE_ENTRY), signature, utf8('e'));
	};
	const nonce = 'n'.repeat(24);
	return [
		{
			name: 'group message',
			seeds: [message],
			decode: (input) => openGroupMessage(input, groupId, [groupKey]),
			hostile: [zeros]
		},
		{
			name: 'group message, its dict',
			seeds: [dict],
			decode: (input) => decryptFromGroup(seal(input), group.publicKey, [groupKey]),
			hostile: [wideDict('0:'), between('d1:a', '0:', 'e'), repeated('d'), between('d', '0:', 'e')],
			largest: STORED
		},
		{
			name: 'group message, its envelope',
			seeds: [envelope],
			decode(input) {
				const stored = encryptForGroup(input, ada.ed25519, group.publicKey, groupKey, random);
				return openGroupMessage(stored, groupId, [groupKey]);
			},
			hostile: [repeated('\u000a\u0000')],
			largest: STORED
		},
		{
			name: 'group keys, as stored',
			seeds: [rotation, extra],
			decode: load,
			hostile: [zeros, repeated('d'), wideDict('0:')]
		},
		{
			name: 'group keys, signed',
			seeds: [unsigned(rotation), unsigned(extra)],
			decode: (input) => load(signed(input)),
			hostile: [
				between(`d1:#24:${nonce}1:+l`, `68:${'x'.repeat(68)}`, 'e1:Gi1e'),
				between(`d1:#24:${nonce}1:Gi1e1:K48:${'y'.repeat(48)}1:kl`, `48:${'x'.repeat(48)}`, 'e')
			]
		},
		{
			name: 'list of group keys',
			seeds: [writeBt(keyListValue(entries))],
			decode: readKeyList,
			hostile: [
				between('l', `d1:gi1e1:k32:${'k'.repeat(32)}1:ti1ee`, 'e'),
				repeated('ld'),
				between('d1:gi', '9', 'e')
			]
		},
		{
			name: 'group keys, as kept',
			seeds: [dumpKeys(held), dumpKeys(rekey(held, group, [ada.accountId]))],
			decode: loadKeys,
			hostile: [between('d1:Al', 'li1ee', 'e1:Llee'), repeated('d1:Al')]
		},
		{
			name: 'auth data of a member',
			seeds: [memberAuth(group, ben.accountId)],
			decode(input) {
				verifyMemberAuth(input, group.publicKey, ben.ed25519.publicKey);
				return parseMemberAuth(input);
			},
			hostile: [zeros]
		},
		{
			name: 'removal from a group',
			seeds: [sealKicked(group, [ada.accountId, ben.accountId], 5, random)],
			decode: (input) => openKicked(input, ben.x25519, group.publicKey),
			hostile: [between(`d1:#24:${nonce}1:el`, `17:${'x'.repeat(17)}`, 'ee'), wideDict('0:')]
		}
	];
}
