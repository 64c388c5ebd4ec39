import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		adapter: adapter({ fallback: '200.html' }),
		serviceWorker: { register: false },
		// Only script-src is decided at build time (the hash of kit's start script); the gateway sends the
		// whole policy as a header on every response, and a <meta> policy can only narrow it.
		csp: { mode: 'hash', directives: { 'script-src': ['self', 'wasm-unsafe-eval'] } },
		typescript: {
			config: (config) => {
				config.include.push('../e2e/**/*.ts', '../scripts/**/*.ts', '../bench/**/*.ts', '../*.config.ts');
			}
		}
	}
};
