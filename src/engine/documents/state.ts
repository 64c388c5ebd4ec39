/** What an account database keeps about its shared documents beside their contents. */
import { CONTACTS, CONVO_INFO_VOLATILE, USER_GROUPS, USER_PROFILE } from '../../protocol/config/kinds';
import type { ConfigKind } from '../../protocol/config/kinds';
import type { MessageHash } from '../../protocol/types';

/** The documents that all devices of an account share: config.md §9. */
export type DocumentName = 'profile' | 'contacts' | 'reading' | 'groups';

/** In the order in which they are merged: what names conversations before what is said of them. */
export const DOCUMENT_NAMES: readonly DocumentName[] = ['profile', 'contacts', 'groups', 'reading'];

export const KINDS: Readonly<Record<DocumentName, ConfigKind>> = {
	profile: USER_PROFILE,
	contacts: CONTACTS,
	reading: CONVO_INFO_VOLATILE,
	groups: USER_GROUPS
};

export interface DocumentState {
	/** Changes with each write, so that a tab knows whether what it has in memory is what is stored. */
	readonly revision: string;
	readonly needsPush: boolean;
	/** Network ms: when the newest version that another device pushed was stored; 0 while there was none. */
	readonly mergedAt: number;
	/** Stored messages that a newer version made needless, until the swarm has deleted them. */
	readonly obsolete: readonly MessageHash[];
	/** What the swarm holds is of a newer format: not to be covered by a version of ours. */
	readonly unreadable: boolean;
	/** The row in this browser was damaged: the whole document is to be fetched again before anything of it is pushed. */
	readonly lost: boolean;
}

export type DocumentStates = Readonly<Record<DocumentName, DocumentState>>;

const NEVER_WRITTEN: DocumentState = {
	revision: '',
	needsPush: false,
	mergedAt: 0,
	obsolete: [],
	unreadable: false,
	lost: false
};

export const NO_DOCUMENTS: DocumentStates = {
	profile: NEVER_WRITTEN,
	contacts: NEVER_WRITTEN,
	reading: NEVER_WRITTEN,
	groups: NEVER_WRITTEN
};
