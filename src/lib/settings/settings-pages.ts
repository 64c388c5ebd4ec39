import { m } from '../i18n/paraglide/messages';
import type { IconName } from '../ui/icons';

export interface SettingsLink {
	readonly href: string;
	readonly label: string;
	readonly icon: IconName;
}

/** The index of the settings, in groups. */
export function settingsGroups(): readonly {
	readonly title: string;
	readonly links: readonly SettingsLink[];
}[] {
	return [
		{
			title: m.settings_group_account(),
			links: [
				{ href: '/settings/profile', label: m.profile_title(), icon: 'user' },
				{ href: '/settings/recovery', label: m.recovery_title(), icon: 'key' },
				{ href: '/settings/devices', label: m.devices_title(), icon: 'device' },
				{ href: '/settings/privacy', label: m.privacy_settings_title(), icon: 'shield' },
				{ href: '/settings/notifications', label: m.notices_title(), icon: 'bell' },
				{ href: '/settings/blocked', label: m.blocked_title(), icon: 'block' },
				{ href: '/settings/appearance', label: m.appearance_title(), icon: 'contrast' }
			]
		},
		{
			title: m.settings_group_network(),
			links: [
				{ href: '/path', label: m.path_title(), icon: 'path' },
				{ href: '/settings/network', label: m.network_title(), icon: 'globe' },
				{ href: '/settings/storage', label: m.storage_title(), icon: 'database' }
			]
		},
		{
			title: m.settings_group_help(),
			links: [
				{ href: '/settings/shortcuts', label: m.shortcuts_title(), icon: 'keyboard' },
				{ href: '/settings/diagnostics', label: m.diagnostics_title(), icon: 'sliders' },
				{ href: '/settings/about', label: m.about_title(), icon: 'info' }
			]
		}
	];
}
