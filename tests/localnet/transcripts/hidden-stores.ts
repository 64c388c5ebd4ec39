/** Messages that were stored between the recorded requests; their data was found again by its hash. */
import { toBase64, toHex, utf8 } from '../../../src/protocol/bytes';
import { sign } from '../../../src/protocol/keys';
import { http } from './http-client';
import { messageHashOf } from './message-hash';
import { plain, type JsonObject, type RpcCase } from './recorded';
import { tryParse, isObject } from './requests';
import type { World } from './world';

interface HiddenStore {
	readonly actor: string;
	readonly node: string;
	readonly namespace: number;
	readonly data: string;
	/** ms, as recorded. */
	readonly timestamp: number;
	/** What the recording says. */
	readonly hash?: string;
}

const DAY_MS = 86_400_000;
const OWNER = { actor: 'owner', node: 'node3' } as const;

/** The stores before the first request of a file. */
export function setUp(world: World, file: string, entry: RpcCase): Promise<readonly string[]> {
	if (file === '04-retrieve') {
		const stamps = [1795370029584, 1795370028589, 1795370027590, 1795370026592, 1795370025593];
		return storeAll(
			world,
			stamps.map((timestamp, index) => ({
				actor: 'reader',
				node: 'node0',
				namespace: 0,
				data: `msg ${index}`,
				timestamp,
				hash: entry.hashes_in_store_order![index]!
			}))
		);
	}
	const inbox = entry.ns0!.map((hash, index) => ({
		...OWNER,
		namespace: 0,
		data: `m${index}`,
		timestamp: 1795370029623 + 2 * index,
		hash
	}));
	const profile = { ...OWNER, namespace: 2, data: 'cfg', timestamp: 1795370029634, hash: entry.ns2![0]! };
	return storeAll(world, [...inbox, profile]);
}

/** By the name of the case that they come before. */
const BEFORE: Readonly<Record<string, readonly HiddenStore[]>> = {
	'delete_before default namespace (timestamp <= before)': [
		{
			...OWNER,
			namespace: 0,
			data: 'old one',
			timestamp: 1795369529697,
			hash: 'MmwymP0M+wKE6iyyP0XGUM7AIvTqsDInqvAm3zO5ZN0'
		}
	],
	'delete_all "all": dict by namespace': [
		{
			...OWNER,
			namespace: 0,
			data: 'again',
			timestamp: 1795370029709,
			hash: 'hg8uMZEqUiH5KbDV7uiY8/0BlJAGvWDTNlCwP4/g104'
		},
		{
			...OWNER,
			namespace: 3,
			data: 'cfg3',
			timestamp: 1795370029710,
			hash: 'kXEu95LJRC7+Eyr9Ftia324x5ZBjKSmpESDmm0HZoJA'
		},
		{
			...OWNER,
			namespace: 5,
			data: 'again5',
			timestamp: 1795370029711,
			hash: 'wytdmyS1bjwIz1pGK2FElAQUk83Q6mzHSFSKvxnrmSs'
		}
	],
	'delete_before "all" with something to delete (server bug: see result)': [
		{ ...OWNER, namespace: 0, data: 'once more', timestamp: 1795370029717 },
		{ ...OWNER, namespace: 3, data: 'once more', timestamp: 1795370029718 }
	],
	'subaccount on an 05 account: pubkey_ed25519 names the owner, the signature is by the subaccount': [
		{
			actor: 'sub05',
			node: 'node1',
			namespace: 0,
			data: 'for 05',
			timestamp: 1795370029786,
			hash: 'RP2uRUIQjoe8RTYAy9XjsqAEF5CRumH0TzLwBKVxZ0g'
		}
	],
	'batch: retrieve x2, store, info': [
		{
			actor: 'batcher',
			node: 'node1',
			namespace: 0,
			data: 'b0',
			timestamp: 1795370029792,
			hash: 'h60HLDfYRvksYU2x8tLql7xyccdMFAlKSdqInSAt96M'
		}
	]
};

/** Throws when one of them is refused. */
export async function beforeCase(world: World, _file: string, { name }: RpcCase): Promise<void> {
	const problems = await storeAll(world, BEFORE[name] ?? []);
	if (problems.length > 0) throw new Error(problems.join('; '));
	const registered = NAMES[name];
	if (registered !== undefined) world.localnet.registerName(...registered);
}

/** The recorded name, under the recorded nonce. */
const NAMES: Readonly<Record<string, Parameters<World['localnet']['registerName']>>> = {
	'ons_resolve (name "testname", answered by the stand-in daemon)': [
		'testname',
		'05c555c1718a0f568ee85383d199605337cf79957b3ff553e8b1986cdca177d350' as never,
		'ec9fc4e5f3b9f86bc81bea6bd84f946f1db9f9927e05a08b'
	]
};

async function storeAll(world: World, stores: readonly HiddenStore[]): Promise<readonly string[]> {
	const problems: string[] = [];
	for (const hidden of stores) {
		const actor = world.actor(hidden.actor);
		const timestamp = world.time(hidden.timestamp);
		const namespace = hidden.namespace === 0 ? '' : String(hidden.namespace);
		const signedAt = world.now();
		const signature = sign(utf8(`store${namespace}${signedAt}`), actor.keys.secretKey);
		const body = {
			pubkey: actor.id,
			namespace: hidden.namespace,
			data: toBase64(utf8(hidden.data)),
			timestamp,
			sig_timestamp: signedAt,
			ttl: DAY_MS,
			pubkey_ed25519: toHex(actor.keys.publicKey),
			signature: toBase64(signature)
		};
		const reply = await http({
			url: `${world.node(hidden.node).url}/storage_rpc/v1`,
			body: JSON.stringify({ method: 'store', params: body })
		});
		problems.push(...check(world, hidden, body, { status: reply.status, text: reply.body.toString() }));
	}
	return problems;
}

function check(
	world: World,
	{ hash, actor }: HiddenStore,
	body: JsonObject,
	reply: { status: number; text: string }
): readonly string[] {
	const stored = tryParse(reply.text);
	const actual = isObject(stored) ? stored['hash'] : undefined;
	const wanted = messageHashOf(body);
	if (hash !== undefined) world.learnHash(hash, wanted);
	const recordedHash = messageHashOf({ ...body, pubkey: world.actor(actor).recordedId });
	return [
		...(reply.status === 200 ? [] : [`refused with ${reply.status}: ${reply.text}`]),
		...(actual === wanted ? [] : [`hash is ${plain(actual)}, expected ${wanted}`]),
		...(hash === undefined || recordedHash === hash ? [] : [`the data of ${hash} is not known`])
	];
}
