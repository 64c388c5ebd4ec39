import type { ElsewhereView } from '../../engine/api';
import { m } from '../i18n/paraglide/messages';

type Kind = NonNullable<ElsewhereView['lastKind']>;

/** What another device changed, in a few words. */
export function kindOfChange(kind: Kind): string {
	switch (kind) {
		case 'profile':
			return m.devices_kind_profile();
		case 'contacts':
			return m.devices_kind_contacts();
		case 'reading':
			return m.devices_kind_reading();
		case 'groups':
			return m.devices_kind_groups();
		case 'message':
			return m.devices_kind_message();
	}
}

export function partOfAccount(part: ElsewhereView['unreadable'][number]): string {
	switch (part) {
		case 'profile':
			return m.devices_part_profile();
		case 'contacts':
			return m.devices_part_contacts();
		case 'reading':
			return m.devices_part_reading();
		case 'groups':
			return m.devices_part_groups();
	}
}
