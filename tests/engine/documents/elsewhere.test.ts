import { describe, expect, test } from 'vitest';
import { noElsewhere, withForeignChange } from '../../../src/engine/documents/elsewhere';

const DAY = 86_400_000;
const START = 1_790_000_000_000;

describe('changes from other devices', () => {
	const fresh = noElsewhere(START);

	test('of the time before this browser had the account are no news', () => {
		expect(withForeignChange(fresh, 'contacts', START)).toBe(fresh);
	});

	test('are announced the first time, and then not again while they go on', () => {
		const first = withForeignChange(fresh, 'contacts', START + DAY);
		expect(first).toMatchObject({ firstAt: START + DAY, lastAt: START + DAY, toAnnounce: START + DAY });
		const told = { ...first, toAnnounce: null };
		const second = withForeignChange(told, 'message', START + 31 * DAY);
		expect(second).toMatchObject({
			firstAt: START + DAY,
			lastAt: START + 31 * DAY,
			lastKind: 'message',
			toAnnounce: null
		});
	});

	test('are announced again after more than 30 quiet days', () => {
		const told = { ...withForeignChange(fresh, 'contacts', START + DAY), toAnnounce: null };
		const later = START + 31 * DAY + 1;
		expect(withForeignChange(told, 'reading', later)).toMatchObject({ toAnnounce: later });
	});

	test('that come out of order do not move the last one back', () => {
		const later = withForeignChange(fresh, 'groups', START + 3 * DAY);
		expect(withForeignChange(later, 'profile', START + 2 * DAY)).toMatchObject({
			firstAt: START + 2 * DAY,
			lastAt: START + 3 * DAY,
			lastKind: 'groups'
		});
	});
});
