import type { Engine } from '../../engine/api';
import { number } from '../chats/when';
import { m } from '../i18n/paraglide/messages';

const mostShown = 99;

/** The number of unread messages, of all accounts of this browser: on the installed app's icon, and before the title of the page. */
export class UnreadBadge {
	#count = $state(0);
	#started = false;

	start(engine: Pick<Engine, 'watch'>): void {
		if (this.#started) return;
		this.#started = true;
		engine
			.watch('accounts', null, (accounts) =>
				this.#show(accounts.reduce((sum, { unread }) => sum + unread, 0))
			)
			.catch(() => undefined);
	}

	/** Titles land in the browser's history: they name the screen and a number, never a person. */
	title(page: string): string {
		if (this.#count === 0) return m.page_title({ page });
		const shown = this.#count > mostShown ? `${number(mostShown)}+` : number(this.#count);
		return m.page_title_unread({ page, shown });
	}

	#show(count: number): void {
		this.#count = count;
		// Not every browser has it, whatever its type says, and only an installed app has an icon to put it on.
		const { setAppBadge, clearAppBadge } = navigator as Partial<Navigator>;
		const shown = count > 0 ? setAppBadge?.call(navigator, count) : clearAppBadge?.call(navigator);
		shown?.catch(() => undefined);
	}
}

export const badge = new UnreadBadge();
