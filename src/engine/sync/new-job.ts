import { INBOX } from './open-batch';

/** What all jobs begin with. The time to live is that of messages.md §9. */
export const NEW_JOB = { namespace: INBOX, ttlMs: 1_209_600_000, attempts: 0, nextTryAt: 0 } as const;
