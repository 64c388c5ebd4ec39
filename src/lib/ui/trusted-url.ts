/**
 * The page's own Trusted Types policy, the only way to name a script by address: it lets through what this
 * origin serves and nothing else. Where the browser has no Trusted Types the same check stands; the landing
 * page is also rendered at build time, where there is no window at all.
 */
const policy = globalThis.window?.trustedTypes?.createPolicy('app', { createScriptURL: ownOrigin });

export function trustedScriptUrl(url: string): TrustedScriptURL | string {
	return policy === undefined ? ownOrigin(url) : policy.createScriptURL(url);
}

/** The DOM's types know only strings here; a trusted address stands where a string may. */
export function startModuleWorker(url: string, name: string): Worker {
	return new Worker(trustedScriptUrl(url) as string, { type: 'module', name });
}

function ownOrigin(url: string): string {
	const resolved = new URL(url, document.baseURI);
	if (resolved.origin !== location.origin) throw new TypeError('scripts come from this origin only');
	return resolved.href;
}
