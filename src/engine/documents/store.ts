/** The shared documents inside a transaction: opened when they are needed, written when they changed. */
import { Contacts } from '../../protocol/config/documents/contacts';
import { ConvoInfoVolatile } from '../../protocol/config/documents/convo-info-volatile';
import { UserGroups } from '../../protocol/config/documents/user-groups';
import { UserProfile } from '../../protocol/config/documents/user-profile';
import type { ConfigObject } from '../../protocol/config/object';
import { toHex } from '../../protocol/bytes';
import type { Bytes, Ed25519KeyPair, NetworkTime, RandomBytes } from '../../protocol/types';
import type { AccountTransaction, MetaName } from '../storage/types';
import { NO_DOCUMENTS } from './state';
import type { DocumentName, DocumentState, DocumentStates } from './state';

interface Documents {
	readonly profile: UserProfile;
	readonly contacts: Contacts;
	readonly reading: ConvoInfoVolatile;
	readonly groups: UserGroups;
}

const OPEN: { readonly [Name in DocumentName]: (account: Ed25519KeyPair, dump?: Bytes) => Documents[Name] } =
	{
		profile: (account, dump) => UserProfile.open(account, dump),
		contacts: (account, dump) => Contacts.open(account, dump),
		reading: (account, dump) => ConvoInfoVolatile.open(account, dump),
		groups: (account, dump) => UserGroups.open(account, dump)
	};

const REVISION_BYTES = 16;

export interface DocumentStoreOptions {
	readonly account: Ed25519KeyPair;
	readonly random: RandomBytes;
	readonly clock: { now(): NetworkTime };
}

/** Keeps what was opened last in memory, since to parse a thousand contacts anew for each change would be felt. */
export class DocumentStore {
	readonly options: DocumentStoreOptions;
	readonly #kept = new Map<DocumentName, { readonly revision: string; readonly document: unknown }>();

	constructor(options: DocumentStoreOptions) {
		this.options = options;
	}

	open(tx: AccountTransaction): OpenDocuments {
		return new OpenDocuments(tx, this);
	}

	/** Gone from memory until it is kept again: a transaction that fails leaves nothing behind. */
	take(name: DocumentName, revision: string): unknown {
		const kept = this.#kept.get(name);
		this.#kept.delete(name);
		return kept?.revision === revision ? kept.document : undefined;
	}

	/** Even where the commit then fails: the revision on disk says so. */
	keep(name: DocumentName, revision: string, document: unknown): void {
		this.#kept.set(name, { revision, document });
	}
}

export class OpenDocuments {
	readonly #tx: AccountTransaction;
	readonly #store: DocumentStore;
	readonly #open = new Map<DocumentName, Documents[DocumentName]>();
	#states: DocumentStates | null = null;
	#isKnown = false;
	#changedStates = false;

	constructor(tx: AccountTransaction, store: DocumentStore) {
		this.#tx = tx;
		this.#store = store;
	}

	get now(): NetworkTime {
		return this.#store.options.clock.now();
	}

	/** False until the first of them was written: the account is new in this browser. */
	async areKnown(): Promise<boolean> {
		await this.states();
		return this.#isKnown;
	}

	async states(): Promise<DocumentStates> {
		if (this.#states === null) {
			const stored = await this.#tx.meta.get<DocumentStates>('documents');
			this.#isKnown = stored !== null;
			this.#states = { ...NO_DOCUMENTS, ...stored };
		}
		return this.#states;
	}

	async setState(name: DocumentName, change: Partial<Omit<DocumentState, 'revision'>>): Promise<void> {
		const states = await this.states();
		this.#states = { ...states, [name]: { ...states[name], ...change } };
		this.#changedStates = true;
	}

	async get<Name extends DocumentName>(name: Name): Promise<Documents[Name]> {
		const open = this.#open.get(name);
		if (open !== undefined) return open as Documents[Name];
		const { revision } = (await this.states())[name];
		const kept = this.#store.take(name, revision);
		const document = (kept ?? (await this.#read(name))) as Documents[Name];
		this.#open.set(name, document);
		return document;
	}

	/** Writes what changed. To be called last in the transaction. */
	async flush(): Promise<void> {
		for (const [name, { config }] of this.#open) {
			if (config.needsDump) await this.#write(name, config);
		}
		if (this.#changedStates) await this.#tx.meta.put('documents', this.#states);
		for (const [name, document] of this.#open) {
			this.#store.keep(name, (await this.states())[name].revision, document);
		}
	}

	async #read(name: DocumentName): Promise<Documents[DocumentName]> {
		const dump = await this.#tx.meta.get<Bytes>(rowOf(name));
		// The swarm has it still, and merging brings it back.
		if (dump === null && (await this.states())[name].revision !== '')
			await this.setState(name, { lost: true });
		return OPEN[name](this.#store.options.account, dump ?? undefined);
	}

	async #write(name: DocumentName, config: ConfigObject): Promise<void> {
		const { random } = this.#store.options;
		await this.#tx.meta.put(rowOf(name), config.dump(this.now));
		const states = await this.states();
		const revision = toHex(random(REVISION_BYTES));
		this.#states = { ...states, [name]: { ...states[name], revision, needsPush: config.needsPush } };
		this.#changedStates = true;
	}
}

function rowOf(name: DocumentName): MetaName {
	return `document-${name}`;
}
