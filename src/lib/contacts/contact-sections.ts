import type { PersonRow } from '../../engine/api';
import { fold } from '../chats/chat-list.svelte';

/** People whose names begin alike, under the letter they share. */
export interface ContactSection {
	/** `#` for names that begin with no letter, and for people without a name. */
	readonly letter: string;
	readonly people: readonly PersonRow[];
}

const NO_LETTER = '#';

/** In the order of the language: where å is a letter of its own it has a section, elsewhere it stands with a. */
export function contactSections(people: readonly PersonRow[], locale: string): readonly ContactSection[] {
	const names = new Intl.Collator(locale, { numeric: true });
	const letters = new Intl.Collator(locale, { sensitivity: 'base' });
	const graphemes = new Intl.Segmenter(locale, { granularity: 'grapheme' });

	const letterOf = ({ person }: PersonRow): string => {
		if (!person.named) return NO_LETTER;
		const [first] = graphemes.segment(person.name.trim());
		if (first === undefined || !/^\p{L}/u.test(first.segment)) return NO_LETTER;
		const plain = first.segment.normalize('NFD').replace(/\p{M}/gu, '');
		const letter = letters.compare(plain, first.segment) === 0 ? plain : first.segment;
		return letter.toLocaleUpperCase(locale);
	};

	const sections: { letter: string; people: PersonRow[] }[] = [];
	for (const row of people) {
		const letter = letterOf(row);
		const section = sections.find((each) => letters.compare(each.letter, letter) === 0);
		if (section === undefined) sections.push({ letter, people: [row] });
		else section.people.push(row);
	}
	for (const section of sections) section.people.sort((a, b) => names.compare(a.person.name, b.person.name));
	return sections.sort((a, b) => {
		if (a.letter === NO_LETTER || b.letter === NO_LETTER) return a.letter === NO_LETTER ? 1 : -1;
		return letters.compare(a.letter, b.letter);
	});
}

/** Those whose name contains the text, or whose Account ID begins with it. */
export function peopleNamed(people: readonly PersonRow[], text: string): readonly PersonRow[] {
	const wanted = fold(text.trim());
	if (wanted === '') return people;
	return people.filter(
		({ person }) => fold(person.name).includes(wanted) || person.accountId.startsWith(wanted)
	);
}
