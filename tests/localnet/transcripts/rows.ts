/** Files 01 and 14: where accounts belong, and what messages are called. */
import { sign } from '../../../src/protocol/keys';
import { fromHex, toBase64, toHex, utf8 } from '../../../src/protocol/bytes';
import { http } from './http-client';
import { messageHashOf } from './message-hash';
import { recorded, type HashRows, type JsonObject, type SwarmRows } from './recorded';
import { isObject, tryParse } from './requests';
import { runCase, type CaseResult, type FileResult } from './result';
import { namespaceText } from './signing';
import { World, type Setting } from './world';

const DAY_MS = 86_400_000;
const SWARM_FILE = '01-swarm-mapping';
const HASH_FILE = '14-message-hash';

async function ask(url: string, method: string, params: JsonObject): Promise<JsonObject> {
	const reply = await http({ url: `${url}/storage_rpc/v1`, body: JSON.stringify({ method, params }) });
	const body = tryParse(reply.body.toString());
	if (reply.status !== 200 || !isObject(body)) throw new Error(`${reply.status} ${reply.body.toString()}`);
	return body;
}

function unlike(what: string, actual: unknown, wanted: unknown): readonly string[] {
	const [a, b] = [JSON.stringify(actual), JSON.stringify(wanted)];
	return a === b ? [] : [`${what} is ${a}, expected ${b}`];
}

/** Every row is asked of another node: all must know. */
export async function replaySwarmRows(setting: Setting): Promise<FileResult> {
	const world = await World.open(setting, Date.now());
	try {
		const cases: CaseResult[] = [];
		for (const [index, row] of recorded<SwarmRows>(SWARM_FILE).rows.entries()) {
			const node = world.nodes[index % world.nodes.length]!;
			cases.push(
				await runCase(row.pubkey, async () => {
					const { swarm, snodes } = await ask(node.url, 'get_swarm', { pubkey: world.text(row.pubkey) });
					const members = [snodes ?? []].flat().map((entry) => isObject(entry) && entry['pubkey_ed25519']);
					return [
						...unlike('swarm', swarm, world.text(row.swarm)),
						...unlike(
							'members',
							members,
							row.members.map((id) => world.text(id))
						)
					];
				})
			);
		}
		return { file: SWARM_FILE, setting: setting.name, cases, leftOut: [] };
	} finally {
		await world.close();
	}
}

/** Every row is stored by its owner, or by anyone where anyone may. */
export async function replayHashRows(setting: Setting): Promise<FileResult> {
	const world = await World.open(setting, Date.now());
	try {
		const cases: CaseResult[] = [];
		for (const row of recorded<HashRows>(HASH_FILE).rows) {
			const name = `${row.pubkey.slice(0, 8)}… namespace ${row.namespace}, ${row.data_hex.length / 2} bytes`;
			cases.push(await runCase(name, () => storeRow(world, row)));
		}
		return { file: HASH_FILE, setting: setting.name, cases, leftOut: [] };
	} finally {
		await world.close();
	}
}

async function storeRow(world: World, row: HashRows['rows'][number]): Promise<readonly string[]> {
	const pubkey = world.text(row.pubkey);
	const owner = world.actors.find(({ recordedId }) => recordedId === row.pubkey);
	const timestamp = world.now();
	const message = utf8(`store${namespaceText(row.namespace)}${timestamp}`);
	const params: JsonObject = {
		pubkey,
		namespace: row.namespace,
		timestamp,
		ttl: DAY_MS,
		data: toBase64(fromHex(row.data_hex)),
		...(owner !== undefined && { signature: toBase64(sign(message, owner.keys.secretKey)) }),
		...(owner !== undefined && pubkey.startsWith('05') && { pubkey_ed25519: toHex(owner.keys.publicKey) })
	};
	const { swarm } = await ask(world.nodes[0]!.url, 'get_swarm', { pubkey });
	const node = world.nodes.find((candidate) => candidate.swarm?.toString(16) === swarm)!;
	const { hash } = await ask(node.url, 'store', params);
	return [
		...unlike('recorded hash', messageHashOf({ ...params, pubkey: row.pubkey }), row.hash),
		...unlike('hash', hash, messageHashOf(params))
	];
}
