import type { ConversationRow } from '../../engine/api';

const key = 'sotto:requests-put-away';
/** Of all accounts together; whoever has more waiting sees the banner again sooner. */
const most = 500;

type Request = Pick<ConversationRow, 'key'>;

/** Tells of message requests in the list, until it is put away and then again with the next new one. */
export class RequestsBanner {
	/** The requests with which it was put away, by local keys that say nothing of them. */
	#putAway = $state.raw<readonly string[]>(read());

	isDue(requests: readonly Request[]): boolean {
		return requests.some((request) => !this.#putAway.includes(request.key));
	}

	putAway(requests: readonly Request[]): void {
		const keys: readonly string[] = requests.map((request) => request.key);
		// Another tab may have put away those of another account.
		const others = read().filter((other) => !keys.includes(other));
		this.#putAway = [...others, ...keys].slice(-most);
		try {
			localStorage.setItem(key, this.#putAway.join(' '));
		} catch {
			// Without storage it comes back with the next visit.
		}
	}
}

function read(): readonly string[] {
	try {
		return localStorage.getItem(key)?.split(' ') ?? [];
	} catch {
		return [];
	}
}
