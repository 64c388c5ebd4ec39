/** The accounts of the recording, and who stands in for each of them in a replay. */
import { fromHex, toHex, utf8 } from '../../../src/protocol/bytes';
import { blake2b, ed25519FromSeed, x25519FromEd25519Public } from '../../../src/protocol/keys';
import { pickSwarm, swarmIdFromHex, swarmPosition } from '../../../src/protocol/swarm';
import type { Bytes, Ed25519KeyPair, SwarmId } from '../../../src/protocol/types';
import { recorded, recordedNetwork } from './recorded';

export interface Actor {
	readonly label: string;
	/** What the recording calls it: id in lower case, Ed25519 key in hex. */
	readonly recordedId: string;
	readonly recordedKey: string;
	/** Who it is in the replay. */
	readonly id: string;
	readonly key: string;
	readonly keys: Ed25519KeyPair;
}

/** Label, and the prefix of the id that is made of its key. Seeds are BLAKE2b-256("<label>-<run>"). */
const LABELS: readonly (readonly [label: string, prefix: '03' | '05'])[] = [
	['alice', '05'],
	['bob', '05'],
	['group-one', '03'],
	['reader', '05'],
	['nobody', '05'],
	['owner', '05'],
	['group-sub', '03'],
	['group-empty', '03'],
	['member', '05'],
	['member2', '05'],
	['sub05', '05'],
	['batcher', '05'],
	['wrongswarm', '05'],
	['onion-user', '05'],
	['hash05', '05'],
	['hash03', '03']
];

const recordedSwarms = recordedNetwork.swarm_ids_hex.map(swarmIdFromHex);

/**
 * Everyone under another run's name, in the swarm of the same place as in the recording. Under the recorded run
 * these are the recorded accounts themselves, which is only true with the recorded swarms.
 */
export function castActors(run: string, swarms: readonly SwarmId[]): readonly Actor[] {
	const originals = LABELS.map(([label, prefix]) => ({
		label,
		prefix,
		original: account(seedOf(label, recordedNetwork.run_id), prefix)
	}));
	// The one account whose label is not known.
	const { account: unnamed } = recorded<{ account: { seed: string } }>('12-faults');
	const faulty = { label: 'faulty', prefix: '05' as const, original: account(fromHex(unnamed.seed), '05') };
	return [...originals, faulty].map(({ label, prefix, original }) => {
		const cast = { label, recordedId: original.id, recordedKey: original.key };
		if (run === recordedNetwork.run_id) return { ...cast, ...original };
		const place = placeOf(original.id, recordedSwarms);
		for (let attempt = 0; ; attempt++) {
			const actor = account(seedOf(label, `${run}.${attempt}`), prefix);
			if (placeOf(actor.id, swarms) === place) return { ...cast, ...actor };
		}
	});
}

function seedOf(label: string, run: string): Bytes {
	return blake2b(32, utf8(`${label}-${run}`));
}

function account(seed: Bytes, prefix: '03' | '05') {
	const keys = ed25519FromSeed(seed);
	const key = toHex(keys.publicKey);
	return { keys, key, id: prefix + (prefix === '03' ? key : toHex(x25519FromEd25519Public(keys.publicKey))) };
}

function placeOf(id: string, swarms: readonly SwarmId[]): number {
	return swarms.indexOf(pickSwarm(swarms, swarmPosition(id)));
}
