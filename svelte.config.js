import { readFileSync } from 'node:fs';
import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { sourceVersion, withFingerprint } from './scripts/build-fingerprint.js';

const release = JSON.parse(readFileSync('package.json', 'utf8')).version;

/** @type {import('@sveltejs/kit').Config} */
export default {
	preprocess: vitePreprocess(),
	kit: {
		adapter: withFingerprint(adapter({ fallback: '200.html', precompress: true }), {
			folder: 'build',
			release
		}),
		serviceWorker: { register: false },
		// Named after the sources, not the clock: the same sources build to the same files anywhere.
		version: { name: sourceVersion('.') },
		// Only script-src is decided at build time (the hash of kit's start script); the gateway sends the
		// whole policy as a header on every response, and a <meta> policy can only narrow it.
		csp: { mode: 'hash', directives: { 'script-src': ['self', 'wasm-unsafe-eval'] } },
		typescript: {
			config: (config) => {
				config.include.push(
					'../e2e/**/*.ts',
					'../scripts/**/*.ts',
					'../bench/**/*.ts',
					'../fuzz/**/*.ts',
					'../*.config.ts'
				);
			}
		}
	}
};
