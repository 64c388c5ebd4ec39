import type { ConversationRow } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';
import { clockTime, dateAndTime, startOfDay } from './when';

type Resting = Pick<ConversationRow, 'notify' | 'mutedUntil'>;

/** Whether a conversation notifies of nothing just now. */
export function isQuiet({ notify, mutedUntil }: Resting, now: number): boolean {
	return notify === 'none' || (mutedUntil ?? 0) > now;
}

/** What is on or off, and until when. */
export function quietWords(row: Resting, now: number): string {
	if (row.notify === 'none') return m.mute_off();
	if (row.mutedUntil === null || row.mutedUntil <= now) return m.mute_on();
	return m.mute_until({ time: momentWords(row.mutedUntil, now) });
}

export function momentWords(at: number, now: number): string {
	return startOfDay(at) === startOfDay(now) ? clockTime(at) : dateAndTime(at);
}

/** How long one may rest, in seconds; null for until it is turned on again. */
export const restLengths: readonly (number | null)[] = [3_600, 8 * 3_600, 86_400, 7 * 86_400, null];
