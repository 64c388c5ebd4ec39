import { defineConfig } from 'vitest/config';

/** `npm run coverage`: what the protocol's own tests, vectors and properties reach of src/protocol. */
export default defineConfig({
	test: {
		include: ['tests/protocol/**/*.test.ts', 'tests/vectors/**/*.test.ts'],
		environment: 'node',
		testTimeout: 60_000,
		coverage: {
			provider: 'v8',
			include: ['src/protocol/**/*.ts'],
			// Made by pbjs; of it only what the wrappers around it call is ours to test.
			exclude: ['src/protocol/protobuf/generated/**'],
			reporter: ['text', 'json-summary'],
			thresholds: { branches: 95 }
		}
	}
});
