/** What goes back towards the guard: a status, and bytes that only the client may be able to read. */
export interface OnionAnswer {
	readonly status: number;
	readonly body: string | Uint8Array;
}
