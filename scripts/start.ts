import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as gatewayModule from '../src/gateway/gateway';
import { oneMachineLimits } from '../src/gateway/limits';
import { parsePort, SettingsError } from '../src/gateway/settings';
import type * as localnetModule from '../src/localnet/localnet';
import { ensureBuilt } from './build';

/** App, gateway and a whole network of one's own, in this process. */
async function start(): Promise<void> {
	const port = parsePort(process.env['PORT'] ?? '4173');
	const folder = process.env['SOTTO_DATA'];
	await ensureBuilt();
	const { startGateway } = (await load('gateway')) as typeof gatewayModule;
	const { startLocalnet } = (await load('localnet')) as typeof localnetModule;
	const localnet = await startLocalnet(folder === undefined ? {} : { folder });
	const gateway = await startGateway({
		profile: localnet.profile(),
		appFolder: 'build',
		port,
		limits: oneMachineLimits
	});
	console.log(`Sotto: ${gateway.url}`);
	console.log(
		`A local network of ${localnet.nodes.length} nodes and a file server is running. Press Ctrl+C to stop.`
	);
	const stop = (): void => {
		console.log('\nStopping …');
		void gateway
			.close()
			.then(() => localnet.close())
			.then(() => process.exit(0));
	};
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

function load(name: string): Promise<unknown> {
	return import(pathToFileURL(path.resolve('dist/server', `${name}.js`)).href);
}

function explain(error: unknown): unknown {
	if (error instanceof SettingsError) return error.message;
	if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error))
		return error;
	return `Port ${String(error.port)} is taken. Is Sotto running already? PORT=5000 npm start moves the app; the local network's nodes always use 22100 to 22111, its file server 22198 and its seed 22199.`;
}

start().catch((error: unknown) => {
	console.error(explain(error));
	process.exit(1);
});
