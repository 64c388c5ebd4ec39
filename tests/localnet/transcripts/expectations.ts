/** Recorded responses as they must read in another world, and every difference of what came instead. */
import { plain, type Json, type JsonObject } from './recorded';
import { isObject } from './requests';
import type { World } from './world';

/** Node times: the recording's clock went on while it was made, and so does the replay's. */
const CLOCK_SLACK_MS = 2_000;
const LONGEST_LIFE_MS = 30 * 86_400_000;
const HASH = /^[A-Za-z0-9+/]{43}$/;

/** `t` of the whole recorded reply, which tells times that the node took from its clock from those of the request. */
export function compareJson(
	world: World,
	recorded: Json,
	actual: Json | undefined,
	recordedNow: number,
	path = 'body'
): readonly string[] {
	if (isNodeTime(path, recorded, recordedNow)) {
		const close =
			typeof actual === 'number' && Math.abs(actual - world.time(Number(recorded))) <= CLOCK_SLACK_MS;
		return close ? [] : [`${path} is ${show(actual)}, no time near the node's clock`];
	}
	if (path.endsWith('.signature')) {
		return typeof actual === 'string' && /^[A-Za-z0-9+/]{86}==$/.test(actual)
			? []
			: [`${path} is no signature`];
	}
	if (Array.isArray(recorded)) {
		return compareLists(world, recorded as readonly Json[], actual, recordedNow, path);
	}
	if (isObject(recorded)) return compareObjects(world, recorded, actual, recordedNow, path);
	const expected = translated(world, recorded);
	return expected === actual ? [] : [`${path} is ${show(actual)}, expected ${show(expected)}`];
}

function translated(world: World, recorded: Json): Json {
	if (typeof recorded === 'number') return world.time(recorded);
	return typeof recorded === 'string' ? world.text(recorded) : recorded;
}

/** `t`, the time of info, and expiries that were cut to the longest life from now. */
function isNodeTime(path: string, recorded: Json, recordedNow: number): boolean {
	if (typeof recorded !== 'number') return false;
	if (path.endsWith('.t')) return true;
	// That of info; those of messages are the sender's.
	if (path.endsWith('.timestamp')) return !path.includes('messages');
	return path.endsWith('.expiry') && Math.abs(recorded - recordedNow - LONGEST_LIFE_MS) < 10;
}

function compareLists(
	world: World,
	recorded: readonly Json[],
	actual: Json | undefined,
	recordedNow: number,
	path: string
): readonly string[] {
	if (!Array.isArray(actual)) return [`${path} is ${show(actual)}, expected a list`];
	const items = actual as readonly Json[];
	if (items.length !== recorded.length) {
		return [`${path} has ${items.length} items, expected ${recorded.length}: ${show(actual)}`];
	}
	if (recorded.length > 0 && recorded.every((item) => typeof item === 'string' && HASH.test(item))) {
		// Nodes list hashes in order; other hashes have another order.
		const expected = recorded.map((hash) => world.text(plain(hash))).sort();
		return show(expected) === show(actual) ? [] : [`${path} is ${show(actual)}, expected ${show(expected)}`];
	}
	return recorded.flatMap((item, index) =>
		compareJson(world, item, items[index], recordedNow, `${path}[${index}]`)
	);
}

function compareObjects(
	world: World,
	recorded: JsonObject,
	actual: Json | undefined,
	recordedNow: number,
	path: string
): readonly string[] {
	if (!isObject(actual)) return [`${path} is ${show(actual)}, expected an object`];
	const local = withLocalAddress(world, withExpiriesInOrder(world, recorded));
	const expected = new Map(Object.entries(local).map(([key, value]) => [world.text(key), value]));
	const extra = Object.keys(actual).filter((key) => !expected.has(key));
	return [
		...extra.map((key) => `${path}.${key} is not in the recording`),
		...[...expected].flatMap(([key, value]) => {
			if (!(key in actual)) return [`${path}.${key} is missing`];
			return compareJson(world, value, actual[key], recordedNow, `${path}.${key}`);
		})
	];
}

/** Nodes of the replay live on other addresses: whoever names a node names its own. */
function withLocalAddress(world: World, recorded: JsonObject): JsonObject {
	const node = world.nodeById(world.text(plain(recorded['pubkey_ed25519'])));
	if (node === undefined) return recorded;
	const { ip, port } = node;
	const here: Record<string, Json> = {
		ip,
		public_ip: ip,
		port: String(port),
		port_https: port,
		storage_port: port,
		port_omq: port + 100,
		port_quic: port + 100
	};
	return Object.fromEntries(Object.entries(recorded).map(([key, value]) => [key, here[key] ?? value]));
}

/** A list of expiries follows the order of the hashes beside it. */
function withExpiriesInOrder(world: World, recorded: JsonObject): JsonObject {
	const { expiry, updated } = recorded;
	if (!Array.isArray(expiry) || !Array.isArray(updated)) return recorded;
	const paired = (updated as readonly Json[])
		.map((hash, index) => [world.text(plain(hash)), (expiry as readonly Json[])[index] ?? null] as const)
		.sort(([a], [b]) => (a < b ? -1 : 1));
	return { ...recorded, expiry: paired.map(([, value]) => value) };
}

/** Compact, with keys in byte order: the bytes themselves are checked, not what they parse to. */
export function isCanonical(text: string): boolean {
	return JSON.stringify(inOrder(JSON.parse(text) as Json)) === text;
}

function inOrder(value: Json): Json {
	if (Array.isArray(value)) return (value as readonly Json[]).map(inOrder);
	if (!isObject(value)) return value;
	const members = Object.entries(value).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
	return Object.fromEntries(members.map(([key, member]) => [key, inOrder(member)]));
}

function show(value: Json | undefined): string {
	return (JSON.stringify(value) ?? 'missing').slice(0, 200);
}
