import type Dexie from 'dexie';
import type { Table } from 'dexie';
import type { Connection } from '../storage/connection';
import type { ChoiceRow, DeviceKeyRow, VaultId, VaultRow } from './vault-rows';

const DEVICE_KEY = 'device key';
const CHOICE = 'shown account';

export type ReadyRow = VaultRow & { readonly state: 'ready' };

/** The device database's rows. */
export class VaultTables {
	readonly #connection: Connection;

	constructor(connection: Connection) {
		this.#connection = connection;
	}

	/** In the order they were made. */
	async accounts(): Promise<readonly ReadyRow[]> {
		const ready = (await this.#all()).filter((row): row is ReadyRow => row.state === 'ready');
		return ready.sort((a, b) => (a.n ?? 0) - (b.n ?? 0));
	}

	async halfDone(): Promise<readonly VaultRow[]> {
		return (await this.#all()).filter((row) => row.state !== 'ready');
	}

	async names(): Promise<readonly VaultId[]> {
		return (await this.#all()).map((row) => row.k);
	}

	account(id: VaultId): Promise<VaultRow | undefined> {
		return this.#connection.use((dexie) => accountsOf(dexie).get(id));
	}

	async put(row: VaultRow): Promise<void> {
		await this.#connection.use((dexie) => accountsOf(dexie).put(row));
	}

	async remove(id: VaultId): Promise<void> {
		await this.#connection.use((dexie) => accountsOf(dexie).delete(id));
	}

	choice(): Promise<VaultId | null> {
		return this.#connection.use(async (dexie) => (await choiceOf(dexie).get(CHOICE))?.id ?? null);
	}

	async choose(id: VaultId): Promise<void> {
		await this.#connection.use((dexie) => choiceOf(dexie).put({ k: CHOICE, id }));
	}

	deviceKey(): Promise<CryptoKey | null> {
		return this.#connection.use(async (dexie) => (await deviceOf(dexie).get(DEVICE_KEY))?.key ?? null);
	}

	/** Stores the key unless one is there; returns the one that is there in the end. */
	keepDeviceKey(fresh: CryptoKey): Promise<CryptoKey> {
		return this.#connection.use((dexie) =>
			dexie.transaction('rw!', 'device', async (transaction) => {
				const table = transaction.table<DeviceKeyRow, string>('device');
				const known = await table.get(DEVICE_KEY);
				if (known) return known.key;
				await table.put({ k: DEVICE_KEY, key: fresh });
				return fresh;
			})
		);
	}

	#all(): Promise<VaultRow[]> {
		return this.#connection.use((dexie) => accountsOf(dexie).toArray());
	}
}

function accountsOf(dexie: Dexie): Table<VaultRow, VaultId> {
	return dexie.table<VaultRow, VaultId>('accounts');
}

function choiceOf(dexie: Dexie): Table<ChoiceRow, string> {
	return dexie.table<ChoiceRow, string>('device');
}

function deviceOf(dexie: Dexie): Table<DeviceKeyRow, string> {
	return dexie.table<DeviceKeyRow, string>('device');
}
