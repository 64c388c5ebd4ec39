import { Contacts } from '../src/protocol/config/documents/contacts';
import { accountIdOf } from '../src/protocol/identity';
import { ed25519FromSeed, x25519KeyPair } from '../src/protocol/keys';
import type { Bytes, Ed25519KeyPair, MessageHash, NetworkTime } from '../src/protocol/types';
import { measure, measureRuns, type Row } from './measure';
import { random } from './random';

const NOW = 1_795_369_231_000 as NetworkTime;
const RUNS = 15;

interface Devices {
	readonly account: Ed25519KeyPair;
	/** What a device has that knows all contacts. */
	readonly dump: Bytes;
	/** What another one pushed, with one contact changed. */
	readonly change: readonly Bytes[];
	/** The contacts as JSON. */
	readonly json: string;
}

function hashes(count: number, letter: string): MessageHash[] {
	return Array.from({ length: count }, (_, index) => `${letter}${index}`.padEnd(43, 'A') as MessageHash);
}

function devicesWith(count: number): Devices {
	const account = ed25519FromSeed(random(32));
	const contacts = Contacts.open(account);
	const ids = Array.from({ length: count }, () => accountIdOf(x25519KeyPair(random(32)).publicKey));
	for (const [index, id] of ids.entries()) {
		contacts.update(id, {
			name: `Contact number ${index}`,
			approved: true,
			approvedMe: true,
			created: 1_700_000_000
		});
	}
	const first = contacts.config.push(NOW);
	contacts.config.confirm(first.seqno, hashes(first.messages.length, 'B'));
	const dump = contacts.config.dump(NOW);
	const json = JSON.stringify(contacts.all());
	const [one] = ids;
	if (one !== undefined) contacts.update(one, { nickname: 'changed elsewhere' });
	return { account, dump, json, change: contacts.config.push(NOW).messages };
}

/** Taking in what another device pushed: decrypt, decompress, parse, check, and the contacts read again. */
async function mergeRow(count: number): Promise<Row> {
	const { account, dump, change, json } = devicesWith(count);
	const names = hashes(change.length, 'C');
	const stored = change.map((data, index) => ({ hash: names[index] ?? ('D' as MessageHash), data }));
	const merged = await measureRuns(RUNS, (): Promise<number> => {
		const contacts = Contacts.open(account, dump);
		const start = performance.now();
		contacts.config.merge(stored, NOW);
		const read = contacts.all().length;
		const taken = performance.now() - start;
		if (read !== count) throw new Error('contacts are missing');
		return Promise.resolve(taken);
	});
	return {
		name: `merge ${count} contacts`,
		measured: merged,
		against: { name: 'JSON.parse of the same', measured: await measure(() => JSON.parse(json) as unknown) }
	};
}

export async function configRows(): Promise<Row[]> {
	return [await mergeRow(1000), await mergeRow(5000)];
}
