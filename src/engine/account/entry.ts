import { utf8 } from '../../protocol/bytes';
import { identityFromSeed, parseSeed } from '../../protocol/identity';
import type { AccountId, AccountSeed, Bytes, RandomBytes } from '../../protocol/types';
import { DamagedRowError, Sealer } from '../storage/seal';
import { VAULT_VERSION, type VaultId } from './vault-rows';

/** The network that the account was made on. */
export interface NetworkPin {
	readonly name: string;
	/** Of a custom profile; null for built-in ones. */
	readonly fingerprint: string | null;
}

/** What the vault knows of an account without opening its database. */
export interface AccountFacts {
	readonly accountId: AccountId;
	/** As given at creation, '' for a restored account; what the person called themselves later is in the database. */
	readonly displayName: string;
	readonly network: NetworkPin;
	/** False when it was restored. */
	readonly createdHere: boolean;
}

export interface AccountEntry extends Omit<AccountFacts, 'accountId'> {
	readonly seed: AccountSeed;
	/** What every row of the account's database is bound to. */
	readonly owner: Bytes;
}

export function sealEntry(entry: AccountEntry, id: VaultId, dataKey: Bytes, random: RandomBytes): Bytes {
	return entrySealer(dataKey, random).seal('entry', id, VAULT_VERSION, entry);
}

/** Throws DamagedRowError. */
export function openEntry(
	id: VaultId,
	dataKey: Bytes,
	row: { readonly v: number; readonly b: Bytes }
): AccountEntry {
	const sealer = entrySealer(dataKey, () => {
		throw new DamagedRowError('opening needs no randomness');
	});
	const entry = sealer.open('entry', id, row.v, row.b) as AccountEntry;
	return { ...entry, seed: parseSeed(entry.seed) };
}

export function factsOf({ seed, displayName, network, createdHere }: AccountEntry): AccountFacts {
	return { accountId: identityFromSeed(seed).accountId, displayName, network, createdHere };
}

function entrySealer(dataKey: Bytes, random: RandomBytes): Sealer {
	return new Sealer(dataKey, utf8('sotto vault'), random);
}
