import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
	plugins: [sveltekit()],
	worker: { format: 'es' },
	build: { rolldownOptions: { checks: { pluginTimings: false } } },
	test: {
		include: ['tests/**/*.test.ts'],
		environment: 'node',
		// Left to itself it keeps one of two cores idle.
		maxWorkers: 4,
		testTimeout: 20_000
	}
});
