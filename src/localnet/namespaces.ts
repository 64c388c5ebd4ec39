/** What may be done in which namespace without authentication: storage-server.md §3. */

export const MIN_NAMESPACE = -32_768;
export const MAX_NAMESPACE = 32_767;
/** Old closed groups: the one inbox that anyone may read. */
const LEGACY_GROUPS = -10;
/** Servers from 2.11 keep it for their own tests. */
export const TESTING_NAMESPACE = -3741;

/** A namespace, or every one of the account's. */
export type NamespaceOrAll = number | 'all';

export function isPublicInbox(namespace: number): boolean {
	return namespace % 10 === 0;
}

/** Holds one message per account, which anyone may read. */
export function isPublicOutbox(namespace: number): boolean {
	return namespace < 0 && -namespace % 20 === 1;
}

export function isReadableByAnyone(namespace: number): boolean {
	return namespace === LEGACY_GROUPS || isPublicOutbox(namespace);
}

/** A revoked token still reads here, so that a removed member can learn of it. */
export function isRevocationProof(namespace: number): boolean {
	return namespace < 0 && -namespace % 100 === 11;
}
