import type { Table } from 'dexie';
import { toHex } from '../../protocol/bytes';
import type { Bytes } from '../../protocol/types';
import type { IgnoredView } from '../api';
import type { TransactionContext } from './context';
import type { MetaDiskRow } from './schema';
import type { MetaName } from './types';

/** Enough to count honestly; a database with more damage than this has other worries. */
const REMEMBERED_DAMAGE = 500;
const DAMAGED = 'damaged';

const NOTHING_IGNORED: IgnoredView = {
	undecryptable: 0,
	malformed: 0,
	replayed: 0,
	forged: 0,
	timestamp: 0,
	unsupported: 0,
	damagedRows: 0
};

export class Meta {
	readonly #context: TransactionContext;
	readonly #rows: Table<MetaDiskRow, string>;

	constructor(context: TransactionContext) {
		this.#context = context;
		this.#rows = context.table('meta');
	}

	/** The caller knows what it put; null also for a damaged row. */
	async get<Value>(name: MetaName): Promise<Value | null> {
		return this.#get<Value>(name);
	}

	async put(name: MetaName, value: unknown): Promise<void> {
		await this.#put(name, value);
		this.#context.changes.meta(name);
	}

	async ignore(what: keyof IgnoredView, by = 1): Promise<void> {
		const counts = { ...NOTHING_IGNORED, ...(await this.get<IgnoredView>('ignored')) };
		await this.put('ignored', { ...counts, [what]: counts[what] + by });
	}

	/** Counts rows that were found damaged, each of them once, however often it is read. */
	async countDamaged(rows: readonly Bytes[]): Promise<void> {
		const known = (await this.#get<readonly string[]>(DAMAGED)) ?? [];
		const fresh = rows.map(toHex).filter((row) => !known.includes(row));
		if (fresh.length === 0 || known.length >= REMEMBERED_DAMAGE) return;
		await this.#put(DAMAGED, [...known, ...fresh].slice(0, REMEMBERED_DAMAGE));
		await this.ignore('damagedRows', fresh.length);
	}

	async #get<Value>(name: string): Promise<Value | null> {
		const row = await this.#rows.get(name);
		return row ? this.#context.open<MetaDiskRow, Value>('meta', name, row) : null;
	}

	async #put(name: string, value: unknown): Promise<void> {
		await this.#rows.put({ k: name, ...this.#context.seal('meta', name, value) });
	}
}
