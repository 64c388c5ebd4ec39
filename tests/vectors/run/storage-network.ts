/** storage-server/: the recorded network, and what can be computed of it: keys, swarms, message hashes. */
import { fromHex, toHex, utf8 } from '../../../src/protocol/bytes';
import { accountIdOf, x25519FromEd25519 } from '../../../src/protocol/identity';
import { blake2b, ed25519FromSeed, parseSnodeId } from '../../../src/protocol/keys';
import { messageHash } from '../../../src/protocol/storage-rpc';
import { pickSwarm, swarmIdFromHex, swarmPosition } from '../../../src/protocol/swarm';
import type { Ed25519KeyPair } from '../../../src/protocol/types';
import type { Check } from './check';
import type { Fields } from './fields';
import type { FileCase, FileShape } from './handler';

export interface Account {
	readonly label: string;
	readonly id: string;
	readonly pair: Ed25519KeyPair;
}

/** An account of a file, its keys compared. */
export function accountOf(one: Fields): Account {
	return {
		label: one.has('label') ? one.text('label') : '',
		id: one.text('id'),
		pair: ed25519FromSeed(one.hex('seed'))
	};
}

export function checkAccount(one: Fields, check: Check): void {
	const { id, pair } = accountOf(one);
	if (one.has('ed25519_pubkey')) check.same(toHex(pair.publicKey), one.text('ed25519_pubkey'), 'ed25519_pubkey');
	const x25519 = accountIdOf(x25519FromEd25519(pair).publicKey);
	check.same(id, id.startsWith('05') ? x25519 : id.slice(0, 2) + toHex(pair.publicKey), 'id');
}

function checkNode(node: Fields, index: number, check: Check): void {
	const pair = ed25519FromSeed(node.hex('ed25519_seed'));
	const x25519 = x25519FromEd25519(pair);
	check.bytes(blake2b(32, utf8(`local-session-node-${index}`)), node.hex('ed25519_seed'), 'ed25519_seed');
	check.same(parseSnodeId(node.text('ed25519_pubkey').toUpperCase()), toHex(pair.publicKey), 'ed25519_pubkey');
	check.bytes(x25519.publicKey, node.hex('x25519_pubkey'), 'x25519_pubkey');
	check.bytes(x25519.secretKey, node.hex('x25519_privkey'), 'x25519_privkey');
	node.skip('ip', 'https_port', 'omq_quic_port', 'swarm_id');
}

/** Every field of the node list is compared, but for addresses. */
export const network: FileShape = {
	recognises: (file) => 'nodes' in file && 'swarm_ids_hex' in file,
	cases(file) {
		file.skip('description', 'run_id', 'hardfork', 'height', 'swarm_ids_hex');
		// In words; the seeds below follow from it.
		file.fields('key_derivation').skip('node_i', 'accounts');
		return [
			...file.list('nodes').map((node, index): FileCase => ({
				name: node.text('name'),
				run: (check) => checkNode(node, index, check)
			})),
			...file.list('example_accounts').map((account): FileCase => ({
				name: account.text('label'),
				run(check) {
					checkAccount(account, check);
					check.bytes(blake2b(32, utf8(account.text('label'))), account.hex('seed'), 'seed');
				}
			}))
		];
	}
};

function hasRowsWith(file: Readonly<Record<string, unknown>>, field: string): boolean {
	const rows: unknown = file['rows'];
	return Array.isArray(rows) && rows.every((row) => typeof row === 'object' && row !== null && field in row);
}

export const swarmMapping: FileShape = {
	recognises: (file) => hasRowsWith(file, 'swarm_space'),
	cases(file) {
		file.skip('description', 'own_implementation_agrees_on_all');
		const ids = file.texts('swarm_ids_hex').map(swarmIdFromHex);
		return file.list('rows').map((row): FileCase => ({
			name: row.text('pubkey'),
			run(check) {
				const position = swarmPosition(row.text('pubkey'));
				check.same(position.toString(16).padStart(16, '0'), row.text('swarm_space'), 'swarm_space');
				const swarm = swarmIdFromHex(row.text('swarm'));
				check.same(pickSwarm(ids, position), swarm, 'swarm');
				check.same(pickSwarm([...ids].reverse(), position), swarm, 'swarm, whatever the order');
				row.skip('members');
			}
		}));
	}
};

export const messageHashes: FileShape = {
	recognises: (file) => hasRowsWith(file, 'hashed_bytes_hex'),
	cases(file) {
		file.skip('description');
		return file.list('rows').map((row, index): FileCase => ({
			name: `row ${index}`,
			run(check) {
				const [account, namespace, data] = [row.text('pubkey'), row.number('namespace'), row.hex('data_hex')];
				const space = namespace === 0 ? '' : String(namespace);
				const hashed = toHex(fromHex(account)) + toHex(utf8(space)) + toHex(data);
				check.same(hashed, row.text('hashed_bytes_hex'), 'hashed_bytes_hex');
				check.same(messageHash(account, namespace, data), row.text('hash'), 'hash');
				row.skip('own_implementation_agrees');
			}
		}));
	}
};
