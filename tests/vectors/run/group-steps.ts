/** The steps of group scenarios. Those about one document check what the steps of configs check. */
import { fromHex, toHex } from '../../../src/protocol/bytes';
import { GROUP_INFO, GROUP_MEMBERS, type ConfigKind } from '../../../src/protocol/config/kinds';
import { Group, type GroupDumps } from '../../../src/protocol/groups/group';
import { groupIdOf, parseGroupSeed } from '../../../src/protocol/groups/group-id';
import { activeHashes, currentGeneration, keyList } from '../../../src/protocol/groups/group-keys';
import { decryptFromGroup, encryptForGroup } from '../../../src/protocol/groups/message-encryption';
import {
	memberAuth,
	parseMemberAuth,
	signAsMember,
	subaccountToken,
	verifyMemberAuth,
	type Rights
} from '../../../src/protocol/groups/subaccount';
import { parseAccountId } from '../../../src/protocol/identity';
import { parseEd25519PublicKey } from '../../../src/protocol/keys';
import type { Bytes, Ed25519KeyPair, Ed25519PublicKey, MessageHash } from '../../../src/protocol/types';
import { scripted } from '../../protocol/setup';
import type { Check } from './check';
import type { ConfigDevice } from './config-device';
import { groupInfoDevice, groupMembersDevice } from './config-group-devices';
import { applyAll, checkFlags, checkMerge, checkPush, heldIn, resultsOf } from './config-steps';
import { Fields } from './fields';
import { identity, pairOf } from './keys';
import type { Step, World } from './scenario';

/** The devices of a scenario, and our dumps by the recorded ones: those of documents are formats of the device alone. */
interface Groups {
	readonly devices: Map<string, GroupDevice>;
	readonly dumps: Map<string, Bytes>;
}

interface GroupDevice {
	readonly own: Ed25519KeyPair;
	readonly publicKey: Ed25519PublicKey;
	readonly group: Group;
}

const SEED_BYTES = 32;
const NONCE_BYTES = 24;
const worlds = new WeakMap<World, Groups>();

function groupsOf(world: World): Groups {
	const groups = worlds.get(world) ?? { devices: new Map(), dumps: new Map() };
	worlds.set(world, groups);
	return groups;
}

function deviceOf(step: Fields, world: World): GroupDevice {
	const name = step.text('device');
	const device = groupsOf(world).devices.get(name);
	if (device === undefined) throw new Error(`no device ${name}`);
	return device;
}

/** Like `Check.outcome`, where lists of hashes have no order. */
async function outcome(step: Fields, check: Check, attempt: () => object): Promise<void> {
	const expected = { ...(step.raw('expect') as object) };
	if ('current_hashes' in expected)
		expected.current_hashes = [...(expected.current_hashes as string[])].sort();
	await check.outcome(new Fields({ expect: expected }, 'step'), attempt);
}

function keysOf({ group }: GroupDevice) {
	return {
		keys: keyList(group.keys).map(toHex),
		generation: currentGeneration(group.keys),
		current_hashes: [...activeHashes(group.keys)].sort(),
		needs_rekey: group.needsRekey,
		admin: group.isAdmin,
		has_pending: group.keys.pending !== null
	};
}

/** What the library refuses to members, members have no way to ask for: it takes keys that only admins hold. */
async function byAdmin(
	step: Fields,
	check: Check,
	{ group }: GroupDevice,
	attempt: (pair: Ed25519KeyPair) => object
): Promise<void> {
	if (group.isAdmin) {
		await outcome(step, check, () => attempt(group.adminPair));
		return;
	}
	check.same(typeof step.fields('expect').text('error'), 'string', 'refused to members');
}

function rightsOf(step: Fields): Rights {
	return {
		write: step.has('write') ? step.boolean('write') : true,
		delete: step.has('del') && step.boolean('del')
	};
}

function dumpsOf(step: Fields, world: World): GroupDumps | undefined {
	if (!step.has('dump_keys')) return undefined;
	const ours = (name: string) => {
		const dump = groupsOf(world).dumps.get(step.text(name));
		if (dump === undefined) throw new Error(`${name} is of no device of this scenario`);
		return dump;
	};
	return { keys: step.hex('dump_keys'), info: ours('dump_info'), members: ours('dump_members') };
}

const KINDS = { info: GROUP_INFO, members: GROUP_MEMBERS } as const;

/** One of the two documents, as a device of config steps. */
function partOf(step: Fields, world: World): { kind: ConfigKind; device: ConfigDevice; name: string } {
	const part = step.text('part');
	if (part !== 'info' && part !== 'members') throw new Error(`no part ${part}`);
	const name = partName(step.text('device'), part);
	const device = world.devices.get(name);
	if (device === undefined) throw new Error(`no device ${name}`);
	return { kind: KINDS[part], device, name };
}

const partName = (device: string, part: 'info' | 'members') => `${device} ${part}`;

/** Whose keys a scenario uses, which it names before its steps. */
export function checkPeople(scenario: Fields, check: Check): void {
	for (const role of ['group', 'admin', 'admin2']) {
		if (scenario.has(role)) identity(scenario.fields(role), check);
	}
	if (!scenario.has('members')) return;
	for (const member of scenario.list('members')) identity(member, check);
}

export const steps: Readonly<Record<string, Step>> = {
	async group_new(step, check, world) {
		const own = pairOf(step.hex('user_ed25519_sk'), check);
		const publicKey = parseEd25519PublicKey(step.hex('group_pk'));
		const seed = step.has('group_sk')
			? parseGroupSeed(pairOf(step.hex('group_sk'), check).secretKey.slice(0, SEED_BYTES))
			: undefined;
		const group = Group.open(groupIdOf(publicKey), own, seed, dumpsOf(step, world));
		const device = { own, publicKey, group };
		const name = step.text('device');
		const signing = { publicKey };
		groupsOf(world).devices.set(name, device);
		world.devices.set(partName(name, 'info'), groupInfoDevice([], signing, group.info));
		world.devices.set(partName(name, 'members'), groupMembersDevice([], signing, group.members));
		await outcome(step, check, () => keysOf(device));
	},

	group_ops(step, check, world) {
		const { device } = partOf(step, world);
		const expected = step.fields('expect');
		check.same(applyAll(device, step.list('ops'), world.now), resultsOf(expected), 'results');
		checkFlags(device, expected, check);
	},

	group_push(step, check, world) {
		const { device, kind, name } = partOf(step, world);
		const key = keyList(deviceOf(step, world).group.keys)[0] ?? new Uint8Array();
		checkPush(device, step.fields('expect'), check, world, { kind, key }, name);
	},

	group_confirm(step, check, world) {
		const { device } = partOf(step, world);
		device.config.confirm(step.number('seqno'), step.texts('hashes') as MessageHash[]);
		checkFlags(device, step.fields('expect'), check);
	},

	async group_merge(step, check, world) {
		await checkMerge(partOf(step, world).device, step, check, world);
	},

	async group_rekey(step, check, world) {
		const device = deviceOf(step, world);
		await byAdmin(step, check, device, () => {
			const message = toHex(device.group.rekey());
			const pending = device.group.keys.pending?.key ?? new Uint8Array();
			return { message, pending_key: toHex(pending), ...keysOf(device) };
		});
	},

	async group_load_key(step, check, world) {
		const device = deviceOf(step, world);
		const hash = step.text('hash') as MessageHash;
		const [data, timestamp] = [step.hex('message'), step.number('timestamp_ms')];
		await outcome(step, check, () => {
			return { loaded: device.group.loadKey({ hash, data, timestamp }), ...keysOf(device) };
		});
	},

	async group_supplement(step, check, world) {
		const device = deviceOf(step, world);
		const members = step.texts('session_ids');
		await byAdmin(step, check, device, () => {
			return { message: toHex(device.group.supplement(members.map(parseAccountId))) };
		});
	},

	async group_load_admin_key(step, check, world) {
		const device = deviceOf(step, world);
		const seed = step.hex('group_seed');
		await outcome(step, check, () => {
			device.group.promote(parseGroupSeed(seed));
			return keysOf(device);
		});
	},

	async group_encrypt(step, check, world) {
		const device = deviceOf(step, world);
		const plaintext = step.hex('plaintext');
		const options = { compress: step.boolean('compress'), padding: step.number('padding') };
		const expected = step.fields('expect');
		const [key] = keyList(device.group.keys);
		if (key === undefined) {
			check.same(typeof expected.text('error'), 'string', 'refused without a key');
			return;
		}
		const encrypt = (nonce: Bytes) =>
			encryptForGroup(plaintext, device.own, device.publicKey, key, scripted(nonce), options);
		if ('error' in expected.peek()) {
			await outcome(step, check, () => encrypt(new Uint8Array(NONCE_BYTES)));
			return;
		}
		// With the recorded nonce everything else is as recorded.
		const recorded = expected.hex('ciphertext');
		check.bytes(encrypt(recorded.slice(0, NONCE_BYTES)), recorded, 'ciphertext');
	},

	async group_decrypt(step, check, world) {
		const { publicKey, group } = deviceOf(step, world);
		const ciphertext = step.hex('ciphertext');
		await outcome(step, check, () => {
			const { message, senderId } = decryptFromGroup(ciphertext, publicKey, keyList(group.keys));
			return { plaintext: toHex(message), sender_session_id: senderId };
		});
	},

	async group_make_subaccount(step, check, world) {
		const [id, rights] = [step.text('session_id'), rightsOf(step)];
		await byAdmin(step, check, deviceOf(step, world), (pair) => {
			return { auth_data: toHex(memberAuth(pair, parseAccountId(id), rights)) };
		});
	},

	async group_subaccount_token(step, check, world) {
		const [id, rights] = [step.text('session_id'), rightsOf(step)];
		await byAdmin(step, check, deviceOf(step, world), (pair) => {
			return { token: toHex(subaccountToken(pair, parseAccountId(id), rights)) };
		});
	},

	async group_verify_subaccount(step, check, world) {
		const { own, publicKey } = deviceOf(step, world);
		const [auth, rights] = [step.hex('auth_data'), rightsOf(step)];
		await outcome(step, check, () => {
			return { valid: verifyMemberAuth(auth, publicKey, own.publicKey, rights) };
		});
	},

	async group_subaccount_sign(step, check, world) {
		const { own } = deviceOf(step, world);
		const [auth, message] = [step.hex('auth_data'), step.hex('message')];
		await outcome(step, check, () => {
			const { token, tokenSignature, signature } = signAsMember(message, own, parseMemberAuth(auth));
			return {
				subaccount: toHex(token),
				subaccount_sig: toHex(tokenSignature),
				signature: toHex(signature)
			};
		});
	},

	async group_state(step, check, world) {
		const device = deviceOf(step, world);
		const name = step.text('device');
		const expected = step.fields('expect');
		const stateOf = (part: 'info' | 'members') => world.devices.get(partName(name, part))?.state();
		check.same(stateOf('info'), expected.raw('info'), 'info');
		check.same(stateOf('members'), expected.raw('members'), 'members');
		await check.outcome(new Fields({ expect: expected.raw('keys') }, 'keys'), () => keysOf(device));
	},

	group_dump(step, check, world) {
		const { group } = deviceOf(step, world);
		const expected = step.fields('expect');
		check.bytes(group.dumpKeys(), expected.hex('dump_keys'), 'dump_keys');
		for (const part of ['info', 'members'] as const) {
			const dump = group[part].config.dump(world.now);
			const recorded = expected.text(`dump_${part}`);
			check.same(heldIn(dump), heldIn(fromHex(recorded)), `dump_${part}`);
			groupsOf(world).dumps.set(recorded, dump);
		}
	}
};
