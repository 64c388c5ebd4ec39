import type { ConversationRow } from '../../engine/api';
import { PutAway } from './put-away.svelte';

type Request = Pick<ConversationRow, 'key'>;

/** Tells of message requests in the list, until it is put away and then again with the next new one. */
export class RequestsBanner {
	/** The requests with which it was put away. */
	readonly #put = new PutAway('sotto:requests-put-away');

	isDue(requests: readonly Request[]): boolean {
		return requests.some(({ key }) => !this.#put.has(key));
	}

	putAway(requests: readonly Request[]): void {
		this.#put.add(requests.map(({ key }) => key));
	}
}
