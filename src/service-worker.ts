/// <reference types="@sveltejs/kit" />
import { build, files, prerendered, version } from '$service-worker';
import {
	cleanupOutdatedCaches,
	createHandlerBoundToURL,
	precacheAndRoute,
	type PrecacheEntry
} from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';

declare const self: ServiceWorkerGlobalScope;

// Written after the bundle, so they are not in kit's lists.
const writtenLater = ['/200.html', '/build-fingerprint.json'];
// Only crawlers and the installer read these.
const notForPages = /^\/(robots\.txt|screenshots\/)/;

const versioned = (url: string): PrecacheEntry => ({ url, revision: version });

precacheAndRoute([
	// Hashed names: the name is the revision.
	...build.map((url) => ({ url, revision: null })),
	...files.filter((url) => !notForPages.test(url)).map(versioned),
	...prerendered.map(versioned),
	...writtenLater.map(versioned)
]);
cleanupOutdatedCaches();

// Every address of the app is the same page; what is prerendered is answered above. The gateway's own
// addresses are never a page and never kept.
registerRoute(new NavigationRoute(createHandlerBoundToURL('/200.html'), { denylist: [/^\/api\//] }));

// What only the network answers need not wake this worker, nor keep it busy when a new version waits for its end.
self.addEventListener('install', (event) => {
	const rule = { condition: { urlPattern: '/api/*' }, source: 'network' };
	if (hasRoutes(event)) event.waitUntil(event.addRoutes(rule).catch(() => undefined));
});

// Chromium alone has it.
function hasRoutes(
	event: ExtendableEvent
): event is ExtendableEvent & { addRoutes(rule: object): Promise<void> } {
	return 'addRoutes' in event;
}

// The page asks for this after the person agreed to change to the new version.
self.addEventListener('message', (event) => {
	const data: unknown = event.data;
	if (typeof data === 'object' && data !== null && 'type' in data && data.type === 'SKIP_WAITING') {
		void self.skipWaiting();
	}
});

// A tab that shows the conversation already, else one in sight, else any; else a new one.
self.addEventListener('notificationclick', (event) => {
	const { notification } = event;
	notification.close();
	const mark: unknown = notification.data;
	if (typeof mark !== 'object' || mark === null || !('address' in mark)) return;
	if (typeof mark.address === 'string') event.waitUntil(open(mark.address));
});

async function open(address: string): Promise<void> {
	const path = new URL(address, self.location.origin).pathname;
	const tabs = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
	const tab =
		tabs.find(({ url }) => new URL(url).pathname === path) ??
		tabs.find(({ visibilityState }) => visibilityState === 'visible') ??
		tabs[0];
	if (tab === undefined) {
		await self.clients.openWindow(address);
		return;
	}
	tab.postMessage({ type: 'OPEN', address });
	await tab.focus();
}
