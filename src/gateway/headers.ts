import type { ServerResponse } from 'node:http';

/** kit's route announcer sets this one style by attribute; without its hash every page load logs an error. */
const announcerStyle = "'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='";

/**
 * The content security policy, the same text on every response. Only the engine's worker may reach further than
 * its own origin, to a gateway of the person's choice: an injected page cannot call out.
 */
function contentSecurityPolicy(scriptHashes: readonly string[], connect: string): string {
	return [
		"default-src 'none'",
		["script-src 'self' 'wasm-unsafe-eval'", ...scriptHashes].join(' '),
		"style-src 'self'",
		`style-src-attr 'unsafe-hashes' ${announcerStyle}`,
		"img-src 'self' blob: data:",
		"media-src 'self' blob:",
		"font-src 'self'",
		`connect-src ${connect}`,
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		'trusted-types svelte-trusted-html sveltekit-trusted-url app'
	].join('; ');
}

const open = ['camera', 'clipboard-write', 'fullscreen', 'microphone'];
const openForPasskeys = ['publickey-credentials-create', 'publickey-credentials-get'];
const closed = [
	'accelerometer',
	'autoplay',
	'browsing-topics',
	'clipboard-read',
	'display-capture',
	'encrypted-media',
	'gamepad',
	'geolocation',
	'gyroscope',
	'hid',
	'identity-credentials-get',
	'idle-detection',
	'local-fonts',
	'magnetometer',
	'midi',
	'otp-credentials',
	'payment',
	'picture-in-picture',
	'screen-wake-lock',
	'serial',
	'storage-access',
	'sync-xhr',
	'usb',
	'window-management',
	'xr-spatial-tracking'
];
const permissionsPolicy = [
	...[...open, ...openForPasskeys].map((feature) => `${feature}=(self)`),
	...closed.map((feature) => `${feature}=()`)
].join(', ');

const yearSeconds = 31_536_000;

export type HeaderSet = Readonly<Record<string, string>>;

export interface SecurityHeaders {
	/** For everything but what follows. */
	readonly general: HeaderSet;
	/** For the engine's worker script. */
	readonly worker: HeaderSet;
	/** For `/api`, which pages of other origins use through CORS. */
	readonly api: HeaderSet;
}

/** `behindHttps`: browsers reach this gateway by https, so that they may be told never to use http again. */
export function securityHeaders(scriptHashes: readonly string[], behindHttps: boolean): SecurityHeaders {
	const general: HeaderSet = {
		'Content-Security-Policy': contentSecurityPolicy(scriptHashes, "'self'"),
		'Cross-Origin-Opener-Policy': 'same-origin',
		'Cross-Origin-Embedder-Policy': 'require-corp',
		'Cross-Origin-Resource-Policy': 'same-origin',
		'Origin-Agent-Cluster': '?1',
		'Referrer-Policy': 'no-referrer',
		'X-Content-Type-Options': 'nosniff',
		'Permissions-Policy': permissionsPolicy,
		...(behindHttps ? { 'Strict-Transport-Security': `max-age=${yearSeconds}; includeSubDomains` } : {})
	};
	return {
		general,
		worker: {
			...general,
			'Content-Security-Policy': contentSecurityPolicy(scriptHashes, "'self' https: http://localhost:*")
		},
		api: {
			...general,
			'Cross-Origin-Resource-Policy': 'cross-origin',
			'Access-Control-Allow-Origin': '*',
			'Access-Control-Expose-Headers': 'x-sotto-status, x-sotto-upstream-ms',
			'Cache-Control': 'no-store'
		}
	};
}

export function setHeaders(response: ServerResponse, headers: HeaderSet): void {
	for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
