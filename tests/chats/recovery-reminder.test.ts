import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ConversationKey } from '../../src/engine/api';
import { RecoveryReminder } from '../../src/lib/chats/recovery-reminder';

const account = { createdHere: true, recoverySeen: false, noteToSelf: 'n1' as ConversationKey };
const talk = { standing: 'contact', activeAt: 1 } as const;
const asked = { standing: 'outgoing-request', activeAt: 1 } as const;
const note = { standing: 'note', activeAt: 1 } as const;
const opened = { standing: 'contact', activeAt: null } as const;

beforeEach(() => {
	const kept = new Map<string, string>();
	vi.stubGlobal('localStorage', {
		getItem: (key: string) => kept.get(key) ?? null,
		setItem: (key: string, value: string) => kept.set(key, value)
	});
});
afterEach(() => vi.unstubAllGlobals());

it('comes with the third person, not with notes or conversations without a message', () => {
	const reminder = new RecoveryReminder();
	expect(reminder.isDue(account, [talk, asked, note, opened])).toBe(false);
	expect(reminder.isDue(account, [talk, asked, talk])).toBe(true);
});

it('is for accounts made here whose recovery password nobody has seen', () => {
	const reminder = new RecoveryReminder();
	const rows = [talk, talk, talk];
	expect(reminder.isDue(undefined, rows)).toBe(false);
	expect(reminder.isDue({ ...account, createdHere: false }, rows)).toBe(false);
	expect(reminder.isDue({ ...account, recoverySeen: true }, rows)).toBe(false);
});

it('once put away stays away, for this account and not for another one', () => {
	const rows = [talk, talk, talk];
	const reminder = new RecoveryReminder();
	reminder.putAway(account);
	for (const one of [reminder, new RecoveryReminder()]) {
		expect(one.isDue(account, rows)).toBe(false);
		expect(one.isDue({ ...account, noteToSelf: 'n2' as ConversationKey }, rows)).toBe(true);
	}
});
