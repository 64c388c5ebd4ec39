import { trustedScriptUrl } from '../ui/trusted-url';

/** Drafts settle in well under a second; a stuck one must not hold a tab on the old version. */
const draftsMayTakeMs = 1_500;
const betweenChecksMs = 60 * 60 * 1_000;
/** Chromium puts a new version off when the old one is asked for something at that very moment, and then forgets it. */
const askAgainMs = 2_000;
/** It also waits for every answer that some tab began to read from the old one: leaving the page ends these. */
const takeoverMayTakeMs = 5_000;

/** The service worker's page side: says when a new version waits, and brings every tab over together. */
class Updates {
	/** A new version is installed and waits to be used. */
	ready = $state(false);
	/** Reloading for it now. */
	applying = $state(false);
	#skipWaiting: (() => void) | undefined;
	#tabs: BroadcastChannel | undefined;
	#reloading = false;

	/** Where service workers are blocked, or in development, everything else works without. */
	async start(): Promise<void> {
		if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
		// A first install takes nobody over. Later ones take all tabs at once, whichever tab said yes: none may go on with
		// old code over the new version's files, not even one that could not register a moment ago.
		if (navigator.serviceWorker.controller !== null) {
			navigator.serviceWorker.addEventListener('controllerchange', () => void this.#reload());
		}
		this.#tabs = new BroadcastChannel('sotto-update');
		this.#tabs.addEventListener('message', () => void this.#reload());
		const { Workbox } = await import('workbox-window');
		const workbox = new Workbox(trustedScriptUrl('/service-worker.js'), { type: 'module' });
		this.#skipWaiting = () => workbox.messageSkipWaiting();
		workbox.addEventListener('waiting', () => (this.ready = true));
		// A tab of the very first visit has no service worker that could change.
		workbox.addEventListener('activated', () => {
			if (this.applying) void this.#reload();
		});
		try {
			await workbox.register();
		} catch {
			return;
		}
		const check = (): void => {
			if (document.visibilityState === 'visible' && navigator.onLine) {
				workbox.update().catch(() => undefined);
			}
		};
		setInterval(check, betweenChecksMs);
		document.addEventListener('visibilitychange', check);
	}

	apply(): void {
		this.applying = true;
		this.#skipWaiting?.();
		// Both end with the page.
		setInterval(() => this.#skipWaiting?.(), askAgainMs);
		setTimeout(() => {
			this.#tabs?.postMessage('reload');
			void this.#reload();
		}, takeoverMayTakeMs);
	}

	async #reload(): Promise<void> {
		if (this.#reloading) return;
		this.#reloading = this.applying = true;
		await Promise.race([
			import('../composer/drafts').then(({ flushDrafts }) => flushDrafts()).catch(() => undefined),
			new Promise((resolve) => setTimeout(resolve, draftsMayTakeMs))
		]);
		location.reload();
	}
}

export const updates = new Updates();
