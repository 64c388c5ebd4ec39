import type { IconName } from './icons';

/** One line of a menu. */
export interface MenuItem {
	/** Tells lines with the same words apart. */
	readonly key?: string;
	readonly label: string;
	readonly icon?: IconName;
	/** In place of an icon. */
	readonly avatar?: { readonly colour: number; readonly name: string; readonly picture: string | null };
	/** A few words under the label. */
	readonly note?: string;
	/** A count at the end: as shown, and as spoken. */
	readonly badge?: { readonly text: string; readonly label: string };
	/** The one of several that is chosen already; these words are spoken after the label. */
	readonly current?: string;
	readonly danger?: boolean;
	readonly disabled?: boolean;
	/** Keys that do the same, as shown. */
	readonly shortcut?: string;
	/** A hairline above. */
	readonly separated?: boolean;
	readonly onselect: () => void;
}
