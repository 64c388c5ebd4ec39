import { describe, expect, test } from 'vitest';
import type { PersonRow } from '../../src/engine/api';
import { contactSections, peopleNamed } from '../../src/lib/contacts/contact-sections';

function person(name: string, accountId = `05${'ab'.repeat(32)}`): PersonRow {
	const id = accountId as PersonRow['person']['accountId'];
	const named = !name.includes('…');
	return { key: name as PersonRow['key'], person: { accountId: id, name, named, colour: 0, picture: null } };
}

const sections = (names: readonly string[], locale: string) =>
	contactSections(
		names.map((name) => person(name)),
		locale
	).map(({ letter, people }) => [letter, ...people.map((row) => row.person.name)].join(' '));

describe('contacts', () => {
	test('stand under their letters, whatever the case and the accents', () => {
		expect(sections(['zoe', 'Émile', 'eva', 'Ada', 'ada 10', 'ada 9', 'Élodie'], 'en')).toEqual([
			'A Ada ada 9 ada 10',
			'E Élodie Émile eva',
			'Z zoe'
		]);
	});

	test('follow the letters of the language', () => {
		expect(sections(['Åsa', 'Zoe', 'Ada'], 'en')).toEqual(['A Ada Åsa', 'Z Zoe']);
		expect(sections(['Åsa', 'Zoe', 'Ada'], 'sv')).toEqual(['A Ada', 'Z Zoe', 'Å Åsa']);
	});

	test('of other scripts have letters too; what begins with none comes last', () => {
		expect(sections(['שירה', '🐑 Shepherd', '3 Kings', 'Ada', '05ab…cd12'], 'en')).toEqual([
			'A Ada',
			'ש שירה',
			'# 🐑 Shepherd 3 Kings 05ab…cd12'
		]);
	});

	test('are found by name without accents and by the beginning of the Account ID', () => {
		const people = [person('Élodie'), person('Ada', `05${'cd'.repeat(32)}`)];
		const found = (text: string) => peopleNamed(people, text).map((row) => row.person.name);
		expect(found('elo')).toEqual(['Élodie']);
		expect(found(' ADA ')).toEqual(['Ada']);
		expect(found('05CD')).toEqual(['Ada']);
		expect(found('nobody')).toEqual([]);
		expect(found('')).toEqual(['Élodie', 'Ada']);
	});
});
