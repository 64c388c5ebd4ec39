import type { IconName } from './icons';

/** One line of a menu. */
export interface MenuItem {
	readonly label: string;
	readonly icon?: IconName;
	readonly danger?: boolean;
	readonly disabled?: boolean;
	/** Keys that do the same, as shown. */
	readonly shortcut?: string;
	/** A hairline above. */
	readonly separated?: boolean;
	readonly onselect: () => void;
}
