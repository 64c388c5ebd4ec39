import { getLocale } from '../i18n/paraglide/runtime';

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The person's own way to write dates and numbers, where it is in the language of the words around it. */
function locale(): string {
	const words = getLocale();
	return navigator.languages.find((tag) => tag.split('-')[0] === words) ?? words;
}

function write(at: number, options: Intl.DateTimeFormatOptions): string {
	const name = `${locale()} ${JSON.stringify(options)}`;
	let format = formats.get(name);
	if (format === undefined) {
		format = new Intl.DateTimeFormat(locale(), options);
		formats.set(name, format);
	}
	return format.format(at);
}

/** Time of day, "10:41". */
export function clockTime(at: number): string {
	return write(at, { timeStyle: 'short' });
}

/** Date and time in full, for details and for people who listen. */
export function fullTime(at: number): string {
	return write(at, { dateStyle: 'full', timeStyle: 'medium' });
}

/** A moment on another day, as short as it can be said. */
export function dateAndTime(at: number): string {
	return write(at, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' });
}

/** A length of time in whole units: "8 hours". */
export function duration(count: number, unit: 'hour' | 'day' | 'week'): string {
	return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}

/** The shortest words that place a moment in a list: time today, weekday this week, date before. */
export function rowTime(at: number, now: number): string {
	const days = daysBetween(at, now);
	if (days <= 0) return clockTime(at);
	if (days < 7) return write(at, { weekday: 'short' });
	if (sameYear(at, now)) return write(at, { day: 'numeric', month: 'short' });
	return write(at, { day: 'numeric', month: 'numeric', year: 'numeric' });
}

/** The label of a day: "Today", "Yesterday", "Friday 20 November", with the year when it is another one. */
export function dayLabel(at: number, now: number): string {
	const days = daysBetween(at, now);
	if (days === 0 || days === 1) {
		const words = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(-days, 'day');
		return words.charAt(0).toLocaleUpperCase(locale()) + words.slice(1);
	}
	return write(at, {
		weekday: 'long',
		day: 'numeric',
		month: 'long',
		...(sameYear(at, now) ? {} : { year: 'numeric' })
	});
}

/** A count as it is shown in a badge: "5", "999+". */
export function badgeCount(count: number): string {
	return count > 999 ? `${number(999)}+` : number(count);
}

export function number(value: number): string {
	return new Intl.NumberFormat(locale()).format(value);
}

/** Whole local days; summer time makes some of them an hour short or long. */
function daysBetween(at: number, now: number): number {
	return Math.round((startOfDay(now) - startOfDay(at)) / dayMs);
}

/** Local midnight before a moment. */
export function startOfDay(at: number): number {
	return new Date(at).setHours(0, 0, 0, 0);
}

function sameYear(a: number, b: number): boolean {
	return new Date(a).getFullYear() === new Date(b).getFullYear();
}
