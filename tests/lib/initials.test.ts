import { describe, expect, it } from 'vitest';
import { initialsOf } from '../../src/lib/ui/initials';

describe('initials', () => {
	it.each([
		['Elin Vasquez', 'EV'],
		['Jean-Baptiste Vandenberghe-Montclair', 'JV'],
		['elin', 'EL'],
		['Dr. K. Lindqvist', 'DL'],
		['  Ada   Byron King ', 'AK'],
		['رضا کریمی', 'رض'],
		['(05ab…wxyz)', '05'],
		['李小龍', '李小'],
		['Élodie Ångström', 'ÉÅ'],
		['🦊 Fox', 'FO'],
		['🦊', '🦊'],
		['👩‍👩‍👧 🎈', '👩‍👩‍👧'],
		['', '']
	])('of %j are %j', (name, initials) => {
		expect(initialsOf(name)).toBe(initials);
	});
});
