import type { MigrationRows } from './migration-rows';

/** Version 3: pictures have a table, and a conversation says which of them is this person's. */
export async function addKeptPictures(rows: MigrationRows): Promise<void> {
	await rows.rewrite('conversations', (record) => ({ keptPicture: null, ...(record as object) }));
}
