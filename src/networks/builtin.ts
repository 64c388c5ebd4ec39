import { sodiumReady } from '../protocol/sodium';
import type { BuiltinName } from './builtin-names';
import type { NetworkProfile } from './profile';

/** A network of the release. Each comes as a chunk of its own, so that a browser loads only the one it is on. */
export async function builtinProfile(name: BuiltinName): Promise<NetworkProfile> {
	switch (name) {
		case 'localnet':
			return (await import('./localnet')).localnetProfile();
		case 'mainnet':
			// Unpacking the list derives X25519 keys.
			await sodiumReady;
			return (await import('./mainnet')).mainnetProfile();
		case 'testnet':
			return (await import('./testnet')).testnetProfile();
	}
}
