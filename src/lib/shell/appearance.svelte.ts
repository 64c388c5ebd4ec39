/** Light, dark or the system's choice, and the accent: kept in this browser, applied before paint. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const accents = ['verdigris', 'ink', 'felt', 'rosin', 'madder', 'graphite'] as const;
export type Accent = (typeof accents)[number];

// static/before-paint.js reads the same keys and sets the same attributes.
const themeKey = 'sotto:theme';
const accentKey = 'sotto:accent';
const barColours = { light: '#f4f2ee', dark: '#1b1a18' } as const;

class Appearance {
	theme = $state<Theme>('system');
	accent = $state<Accent>('verdigris');

	constructor() {
		const theme = read(themeKey);
		const accent = read(accentKey);
		this.theme = themes.find((known) => known === theme) ?? 'system';
		this.accent = accents.find((known) => known === accent) ?? 'verdigris';
	}

	setTheme(theme: Theme): void {
		this.theme = theme;
		keep(themeKey, theme === 'system' ? null : theme);
		const root = document.documentElement;
		if (theme === 'system') delete root.dataset['theme'];
		else root.dataset['theme'] = theme;
		for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
			const own = meta.getAttribute('media')?.includes('dark') === true ? 'dark' : 'light';
			meta.setAttribute('content', barColours[theme === 'system' ? own : theme]);
		}
	}

	setAccent(accent: Accent): void {
		this.accent = accent;
		keep(accentKey, accent === 'verdigris' ? null : accent);
		if (accent === 'verdigris') delete document.documentElement.dataset['accent'];
		else document.documentElement.dataset['accent'] = accent;
	}
}

function read(key: string): string | null {
	try {
		return localStorage.getItem(key);
	} catch {
		return null;
	}
}

/** Where storage is switched off the choice lasts as long as the page. */
function keep(key: string, value: string | null): void {
	try {
		if (value === null) localStorage.removeItem(key);
		else localStorage.setItem(key, value);
	} catch {
		return;
	}
}

export const appearance = new Appearance();
