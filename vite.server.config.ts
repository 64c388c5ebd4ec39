import { defineConfig } from 'vite';

/**
 * The server programs as plain files for Node, with everything they need inside: to run them takes node, `dist`
 * and `build`, nothing of node_modules.
 */
export default defineConfig({
	// What `static/` holds is the app's.
	publicDir: false,
	ssr: { noExternal: true },
	build: {
		ssr: true,
		outDir: 'dist/server',
		target: 'node20',
		sourcemap: true,
		rolldownOptions: {
			input: {
				gateway: 'src/gateway/gateway.ts',
				'gateway-main': 'src/gateway/main.ts',
				'profile-file': 'src/gateway/profile-file.ts',
				localnet: 'src/localnet/localnet.ts',
				'localnet-main': 'src/localnet/main.ts'
			},
			output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' }
		}
	}
});
