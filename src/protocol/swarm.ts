/** Which swarm keeps an account's messages: storage-server.md §2. */
import { fromHex } from './bytes';
import { ProtocolError } from './errors';
import type { SwarmId } from './types';

const WORDS = 4;
const WORD_BYTES = 8;
const NO_SWARM = 2n ** 64n - 1n;

/** Throws ProtocolError 'malformed'. */
export function parseSwarmId(value: bigint): SwarmId {
	if (value < 0n || value >= NO_SWARM) throw new ProtocolError('malformed', 'not a swarm id');
	return value as SwarmId;
}

/** As get_swarm and 421 replies write it: hex without leading zeros. Throws ProtocolError 'malformed'. */
export function swarmIdFromHex(text: string): SwarmId {
	if (!/^[0-9a-f]{1,16}$/i.test(text)) throw new ProtocolError('malformed', 'swarm id is not hex');
	return parseSwarmId(BigInt(`0x${text}`));
}

/** Of a 66-character id of any prefix: its key's four big-endian words XORed together. */
export function swarmPosition(id: string): bigint {
	const key = fromHex(id.slice(2));
	if (key.length !== WORDS * WORD_BYTES) throw new ProtocolError('malformed', 'id has the wrong length');
	const view = new DataView(key.buffer);
	let position = 0n;
	for (let word = 0; word < WORDS; word++) position ^= view.getBigUint64(word * WORD_BYTES);
	return position;
}

/** The swarm nearest on the 64-bit ring; the lower one when two are equally near. `ids` must not be empty. */
export function pickSwarm(ids: readonly SwarmId[], position: bigint): SwarmId {
	const sorted = [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
	const first = sorted[0];
	const last = sorted.at(-1);
	if (first === undefined || last === undefined) throw new ProtocolError('malformed', 'no swarms known');
	const index = sorted.findIndex((id) => id >= position);
	const right = sorted[index] ?? first;
	const left = sorted[index - 1] ?? last;
	const rightDistance = BigInt.asUintN(64, right - position);
	const leftDistance = BigInt.asUintN(64, position - left);
	return rightDistance < leftDistance ? right : left;
}
