/** What can be made to go wrong at the file server, besides what can at every server. */

export interface FileFaults {
	/** Files come back with a flipped bit. */
	wrongBytes: boolean;
	/** The status that every upload is refused with: 413, 507 or another; null for none. */
	refuseUploads: number | null;
}

export function noFileFaults(): FileFaults {
	return { wrongBytes: false, refuseUploads: null };
}
