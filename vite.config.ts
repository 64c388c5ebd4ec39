import { sveltekit } from '@sveltejs/kit/vite';
import type { Manifest, Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * libsodium's WebAssembly as a file of its own: it comes as base64 within a script, which compresses a third worse and
 * has to be decoded before it can be compiled.
 */
function sodiumBesideItsScript(): Plugin {
	const embedded = /\(\w+=>\{for\(.{1,400}?\}\)\("([\w+/=]{100000,})"\)/;
	return {
		name: 'sotto:sodium-beside-its-script',
		apply: 'build',
		transform: {
			filter: { id: /\/libsodium-sumo\.mjs$/ },
			handler(code) {
				const base64 = embedded.exec(code)?.[1];
				if (base64 === undefined) this.error('libsodium keeps its WebAssembly in another way than it did');
				const source = Buffer.from(base64, 'base64');
				const file = this.emitFile({ type: 'asset', name: 'libsodium.wasm', source });
				const bytes = `new Uint8Array(await (await fetch(import.meta.ROLLUP_FILE_URL_${file})).arrayBuffer())`;
				return { code: code.replace(embedded, () => bytes), map: null };
			}
		}
	};
}

/** Puts what the workers load later into the manifest: kit's service worker knows of no other list. */
function workerFilesInManifest(): Plugin {
	return {
		name: 'sotto:worker-files-in-manifest',
		apply: 'build',
		enforce: 'post',
		generateBundle: {
			order: 'post',
			handler(_options, bundle) {
				const manifest = bundle['.vite/manifest.json'];
				if (manifest?.type !== 'asset') return;
				const entries = JSON.parse(String(manifest.source)) as Manifest;
				for (const file of Object.keys(bundle)) {
					if (file.includes('/workers/')) entries[file] ??= { file };
				}
				manifest.source = JSON.stringify(entries);
			}
		}
	};
}

export default defineConfig({
	plugins: [sveltekit(), workerFilesInManifest()],
	worker: { format: 'es', plugins: () => [sodiumBesideItsScript()] },
	build: { rolldownOptions: { checks: { pluginTimings: false } } },
	environments: {
		client: {
			build: {
				rolldownOptions: {
					output: {
						codeSplitting: {
							// Every file is one more request when the app is installed.
							groups: [
								{ name: 'words', test: /\/i18n\/paraglide\//, minShareCount: 2 },
								{ name: 'common', test: /\/src\/lib\//, minShareCount: 8 }
							]
						}
					}
				}
			}
		}
	},
	test: {
		include: ['tests/**/*.test.ts'],
		environment: 'node',
		// Most of them wait for a network; loading the same modules for each file would cost half as much again.
		maxWorkers: 6,
		isolate: false,
		// A guard against waiting for ever, not a judgement of speed.
		testTimeout: 120_000,
		hookTimeout: 120_000,
		expect: { poll: { timeout: 60_000 } }
	}
});
