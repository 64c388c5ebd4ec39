import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es' },
	build: { rolldownOptions: { checks: { pluginTimings: false } } },
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
