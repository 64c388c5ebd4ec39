/** What a migration may do with sealed rows. It must await nothing else: it runs inside the upgrade transaction. */
export interface MigrationRows {
	/** Opens, changes and seals every record of a table. Rows that cannot be opened stay as they are. */
	rewrite(table: string, change: (record: unknown) => unknown): Promise<void>;
}
