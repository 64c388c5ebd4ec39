import { getLocale } from './paraglide/runtime';

/** Numbers, dates and sizes in the person's own way of writing them. */
export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
	return new Intl.NumberFormat(getLocale(), options).format(value);
}

/** Milliseconds, as "159 ms" or, from ten seconds, "12 s". */
export function formatDuration(ms: number): string {
	return ms < 10_000
		? formatNumber(Math.round(ms), { style: 'unit', unit: 'millisecond', unitDisplay: 'short' })
		: formatNumber(Math.round(ms / 1_000), { style: 'unit', unit: 'second', unitDisplay: 'short' });
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function formatBytes(bytes: number): string {
	let value = bytes;
	let step = 0;
	while (value >= 1_000 && step < byteUnits.length - 1) {
		value /= 1_000;
		step++;
	}
	return formatNumber(value, {
		style: 'unit',
		unit: byteUnits[step] ?? 'byte',
		unitDisplay: 'short',
		maximumFractionDigits: value < 10 && step > 0 ? 1 : 0
	});
}

/** "3 March 2026", by the person's clock. */
export function formatDay(ms: number): string {
	return new Intl.DateTimeFormat(getLocale(), { dateStyle: 'long' }).format(ms);
}

/** "5 minutes ago", rounded to the largest whole unit. */
export function formatAgo(ms: number, now: number): string {
	const seconds = Math.round((ms - now) / 1_000);
	const steps = [
		['day', 86_400],
		['hour', 3_600],
		['minute', 60]
	] as const;
	const relative = new Intl.RelativeTimeFormat(getLocale(), { numeric: 'auto' });
	for (const [unit, length] of steps) {
		if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
	}
	return relative.format(0, 'minute');
}

/** "a, b and c" in the person's language. */
export function formatList(items: readonly string[]): string {
	return new Intl.ListFormat(getLocale(), { type: 'conjunction' }).format(items);
}
