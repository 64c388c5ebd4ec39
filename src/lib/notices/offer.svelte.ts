import { StoredChoice } from '../chats/stored-choice.svelte';
import { permission } from './system';

/** Whether the browser lets Sotto notify, and whether it was offered. */
class NoticeOffer {
	permission = $state(permission());
	readonly #answered = new StoredChoice('sotto:notices-offered', () => false);

	/** Once, in this browser; afterwards the settings are where to find it. */
	get open(): boolean {
		return this.permission === 'default' && !this.#answered.on;
	}

	/** In the gesture of the person: browsers ask only then. */
	async ask(): Promise<void> {
		if (this.permission === 'unsupported') return;
		this.#answered.on = true;
		await Notification.requestPermission().catch(() => undefined);
		this.permission = permission();
	}

	decline(): void {
		this.#answered.on = true;
	}
}

export const offer = new NoticeOffer();
