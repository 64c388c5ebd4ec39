import type { MigrationRows } from './migration-rows';

/** Version 2: what other devices of the account know too. Until then, hidden was a flag of its own. */
export async function addWhatIsSynced(rows: MigrationRows): Promise<void> {
	await rows.rewrite('conversations', (record) => {
		const { hidden, ...rest } = record as { readonly hidden?: boolean };
		return {
			nickname: '',
			picture: null,
			priority: hidden === true ? -1 : 0,
			archived: false,
			notify: 'default',
			muteUntil: 0,
			markedUnread: false,
			...rest
		};
	});
	await rows.rewrite('meta', (record) =>
		isProfile(record) ? { picture: null, pictureRenewed: false, ...record } : record
	);
}

/** Among the records of `meta` only the profile has a display name. */
function isProfile(record: unknown): record is object {
	return typeof record === 'object' && record !== null && 'displayName' in record && 'noteToSelf' in record;
}
