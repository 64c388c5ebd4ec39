/** The steps of config scenarios. */
import { readBt } from '../../../src/protocol/bt/reader';
import { isBytes, isDict, isList } from '../../../src/protocol/bt/value';
import type { BtValue } from '../../../src/protocol/bt/value';
import { writeBt } from '../../../src/protocol/bt/writer';
import { fromHex, fromUtf8, toHex } from '../../../src/protocol/bytes';
import { decryptConfig } from '../../../src/protocol/config/encrypt';
import * as kinds from '../../../src/protocol/config/kinds';
import type { ConfigKind } from '../../../src/protocol/config/kinds';
import { unpack, unpadded } from '../../../src/protocol/config/pack';
import { unwrapConfig } from '../../../src/protocol/config/wrap';
import { ProtocolError } from '../../../src/protocol/errors';
import { ed25519FromSeed, parseEd25519PublicKey } from '../../../src/protocol/keys';
import type { Bytes, Ed25519KeyPair, MessageHash, NetworkTime } from '../../../src/protocol/types';
import type { Check } from './check';
import { contactsDevice, profileDevice } from './config-account-devices';
import { userGroupsDevice, volatileDevice } from './config-conversation-devices';
import { UnknownOperation } from './config-device';
import type { ConfigDevice } from './config-device';
import { groupInfoDevice, groupMembersDevice } from './config-group-devices';
import type { Fields } from './fields';
import type { Step, World } from './scenario';

const SEED_BYTES = 32;

const ACCOUNT = {
	user_profile: { kind: kinds.USER_PROFILE, make: profileDevice },
	contacts: { kind: kinds.CONTACTS, make: contactsDevice },
	convo_info_volatile: { kind: kinds.CONVO_INFO_VOLATILE, make: volatileDevice },
	user_groups: { kind: kinds.USER_GROUPS, make: userGroupsDevice }
} as const;
const GROUP = {
	group_info: { kind: kinds.GROUP_INFO, make: groupInfoDevice },
	group_members: { kind: kinds.GROUP_MEMBERS, make: groupMembersDevice }
} as const;

/** How to open what a device pushes; beside the device, since it keeps that to itself. */
interface Secrets {
	readonly kind: ConfigKind;
	readonly key: Bytes;
	readonly account?: Ed25519KeyPair;
}

const secretsOf = new WeakMap<World, Map<string, Secrets>>();

function secrets(world: World): Map<string, Secrets> {
	const known = secretsOf.get(world) ?? new Map<string, Secrets>();
	secretsOf.set(world, known);
	return known;
}

function deviceOf(step: Fields, world: World): ConfigDevice {
	const device = world.devices.get(step.text('device'));
	if (device === undefined) throw new Error('no such device');
	return device;
}

export function pairOf(secretKey: Bytes): Ed25519KeyPair {
	return ed25519FromSeed(secretKey.subarray(0, SEED_BYTES));
}

const clock: Step = (step, _check, world) => {
	world.now = step.number('now_ms') as NetworkTime;
	step.fields('expect');
};

const newDevice: Step = (step, check, world) => {
	const type = step.text('type');
	const expected = step.fields('expect');
	const [device, secret] = step.has('group_pk') ? newGroupDevice(step, type) : newAccountDevice(step, type);
	world.devices.set(step.text('device'), device);
	secrets(world).set(step.text('device'), secret);
	checkFlags(device, expected, check);
	check.same(secret.kind.domain, expected.text('domain'), 'domain');
	check.same(secret.kind.namespace, expected.number('namespace'), 'namespace');
	check.bytes(secret.key, expected.hex('key'), 'key');
};

function newAccountDevice(step: Fields, type: string): [ConfigDevice, Secrets] {
	if (!(type in ACCOUNT)) throw new Error(`unknown config ${type}`);
	const { kind, make } = ACCOUNT[type as keyof typeof ACCOUNT];
	const account = pairOf(step.hex('ed25519_sk'));
	return [make(account), { kind, key: account.secretKey.slice(0, SEED_BYTES), account }];
}

function newGroupDevice(step: Fields, type: string): [ConfigDevice, Secrets] {
	if (!(type in GROUP)) throw new Error(`unknown config ${type}`);
	const { kind, make } = GROUP[type as keyof typeof GROUP];
	const keys = step.hexes('keys');
	const publicKey = parseEd25519PublicKey(step.hex('group_pk'));
	const signing = step.has('group_sk')
		? { publicKey, secretKey: pairOf(step.hex('group_sk')).secretKey }
		: { publicKey };
	return [make(keys, signing), { kind, key: keys[0] ?? new Uint8Array(0) }];
}

const ops: Step = (step, check, world) => {
	const device = deviceOf(step, world);
	const expected = step.fields('expect');
	check.same(applyAll(device, step.list('ops'), world.now), resultsOf(expected), 'results');
	checkFlags(device, expected, check);
};

/** One word an operation: `ok`, or `error` for what must fail. */
export function applyAll(device: ConfigDevice, operations: readonly Fields[], now: NetworkTime): string[] {
	return operations.map((operation) => {
		try {
			device.apply(operation, now);
			return 'ok';
		} catch (error) {
			if (error instanceof UnknownOperation) throw error;
			if (!(error instanceof ProtocolError) && !device.config.isReadOnly) throw error;
			// A failed operation need not have looked at everything.
			operation.rawAll();
			return 'error';
		}
	});
}

export function resultsOf(expected: Fields): string[] {
	const results = expected.raw('results') as readonly unknown[];
	return results.map((result) => {
		const isError = typeof result === 'object' && result !== null && String(Object.keys(result)) === 'error';
		if (result !== 'ok' && !isError) throw new Error('a result is neither ok nor an error');
		return isError ? 'error' : 'ok';
	});
}

export function checkFlags({ config }: ConfigDevice, expected: Fields, check: Check): void {
	check.same(config.needsPush, expected.boolean('needs_push'), 'needs_push');
	check.same(config.needsDump, expected.boolean('needs_dump'), 'needs_dump');
	check.same(config.isDirty, expected.boolean('is_dirty'), 'is_dirty');
	check.same(!config.needsPush, expected.boolean('is_clean'), 'is_clean');
	checkSet(config.currentHashes, expected, 'curr_hashes', check);
}

function checkSet(actual: Iterable<string>, expected: Fields, name: string, check: Check): void {
	check.same([...actual].sort(), [...expected.texts(name)].sort(), name);
}

const push: Step = (step, check, world) => {
	const device = deviceOf(step, world);
	const name = step.text('device');
	const secret = secrets(world).get(name);
	if (secret === undefined) throw new Error('no such device');
	checkPush(device, step.fields('expect'), check, world, secret, name);
};

export function checkPush(
	device: ConfigDevice,
	expected: Fields,
	check: Check,
	world: World,
	secret: Secrets,
	name: string
): void {
	const { seqno, messages, obsolete } = device.push(world.now);
	check.same(seqno, expected.number('seqno'), 'seqno');
	checkSet(obsolete, expected, 'obsolete', check);
	const [message] = messages;
	if (expected.has('decoded') && message !== undefined) {
		checkDecoded(message, secret, expected.fields('decoded'), check);
	}
	check.same(messages.map(toHex), expected.texts('messages'), 'messages');
	world.pushes.push({ device: name, seqno, bytes: messages.map(toHex).join(' ') });
}

/** What a single message is made of, layer by layer. */
function checkDecoded(message: Bytes, { kind, key, account }: Secrets, expected: Fields, check: Check): void {
	const wrapped = expected.boolean('protobuf_wrapped');
	const encrypted =
		wrapped && kind.wrapKind !== undefined && account !== undefined
			? unwrapConfig(message, kind.wrapKind, account)
			: message;
	if (expected.has('encrypted')) check.bytes(encrypted, expected.hex('encrypted'), 'encrypted');
	check.same(encrypted.length, expected.number('encrypted_size'), 'encrypted_size');
	const padded = decryptConfig(encrypted, key, kind.domain);
	const content = unpadded(padded);
	check.same(padded.length, expected.number('padded_size'), 'padded_size');
	check.same(padded.length - content.length, expected.number('padding'), 'padding');
	check.same(content[0] === 'z'.charCodeAt(0), expected.boolean('compressed'), 'compressed');
	check.bytes(unpack(content), expected.hex('plaintext'), 'plaintext');
}

const confirm: Step = (step, check, world) => {
	const device = deviceOf(step, world);
	device.config.confirm(step.number('seqno'), step.texts('hashes') as MessageHash[]);
	checkFlags(device, step.fields('expect'), check);
};

const merge: Step = async (step, check, world) => {
	await checkMerge(deviceOf(step, world), step, check, world);
};

export async function checkMerge(
	device: ConfigDevice,
	step: Fields,
	check: Check,
	world: World
): Promise<void> {
	const expected = step.fields('expect');
	const messages = step.raw('messages') as readonly (readonly [MessageHash, string])[];
	const stored = messages.map(([hash, data]) => ({ hash, data: fromHex(data) }));
	if (expected.has('error')) {
		expected.skip('error');
		await check.refused(() => device.config.merge(stored, world.now), 'merge');
		return;
	}
	const accepted = device.config.merge(stored, world.now);
	checkSet(accepted, expected, 'accepted', check);
	checkFlags(device, expected, check);
	checkState(device, expected, check);
}

/** Huge states are given by their size and ends only. */
function checkState(device: ConfigDevice, expected: Fields, check: Check): void {
	if (!expected.has('contact_count')) {
		check.same(device.state(), expected.raw('state'), 'state');
		return;
	}
	const { contacts } = device.state();
	check.same((contacts as unknown[]).length, expected.number('contact_count'), 'contact_count');
	// The recording gives null for both.
	expected.skip('first_contact', 'last_contact');
}

const state: Step = (step, check, world) => {
	const device = deviceOf(step, world);
	const expected = step.fields('expect');
	checkFlags(device, expected, check);
	check.same(device.state(), expected.raw('state'), 'state');
};

const reload: Step = (step, check, world) => {
	const before = deviceOf(step, world);
	const device = before.reload(before.config.dump(world.now));
	world.devices.set(step.text('device'), device);
	const expected = step.fields('expect');
	checkFlags(device, expected, check);
	checkState(device, expected, check);
};

/**
 * Our dump has a format of its own; what it holds must be what the reference keeps: state, config, hashes, and what
 * is under way from this device.
 */
const dump: Step = (step, check, world) => {
	const expected = step.fields('expect');
	check.same(heldIn(deviceOf(step, world).config.dump(world.now)), heldIn(expected.hex('dump')), 'dump');
};

export function heldIn(bytes: Bytes): unknown {
	const entries = readBt(bytes);
	if (!isDict(entries)) throw new Error('dump is no dict');
	const config = entries.get('$');
	const extra = entries.get('+');
	return {
		state: entries.get('!'),
		config: config !== undefined && isBytes(config) ? unsigned(config) : undefined,
		current: texts(entries.get('(')),
		old: texts(entries.get(')')),
		sending:
			extra !== undefined && isDict(extra)
				? [...extra.values()].flatMap((ids) => (isList(ids) ? ids.map(idOf) : [])).sort()
				: undefined
	};
}

/** The reference drops the signature of what it made itself. */
function unsigned(config: Bytes): string {
	const message = readBt(config);
	if (!isDict(message)) throw new Error('config is no dict');
	return toHex(writeBt(new Map([...message].filter(([key]) => key !== '~'))));
}

function texts(value: BtValue | undefined): string[] {
	if (value === undefined || !isList(value)) throw new Error('hashes are no list');
	return value.map((hash) => (isBytes(hash) ? fromUtf8(hash) : '')).sort();
}

/** Ours are bytes, the reference's hex. */
function idOf(id: BtValue): string {
	if (!isBytes(id)) throw new Error('id is no string');
	return id.length === 33 ? toHex(id) : fromUtf8(id);
}

export const steps: Readonly<Record<string, Step>> = {
	clock,
	new: newDevice,
	ops,
	push,
	confirm,
	merge,
	state,
	reload,
	dump
};
