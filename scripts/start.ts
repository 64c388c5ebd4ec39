import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as gatewayModule from '../src/gateway/gateway';
import type * as localnetModule from '../src/localnet/localnet';
import { ensureBuilt } from './build';

const manyRequests = { rateBurst: 100_000, ratePerSecond: 100_000, requestsPerClient: 512 };

/** App, gateway and a whole network of one's own, in this process. */
async function start(): Promise<void> {
	const port = Number(process.env['PORT'] ?? 4173);
	const folder = process.env['SOTTO_DATA'];
	await ensureBuilt();
	const { startGateway } = (await load('gateway')) as typeof gatewayModule;
	const { startLocalnet } = (await load('localnet')) as typeof localnetModule;
	const localnet = await startLocalnet(folder === undefined ? {} : { folder });
	const gateway = await startGateway({
		profile: localnet.profile(),
		appFolder: 'build',
		port,
		// Everybody here is the same client.
		limits: manyRequests
	});
	console.log(`Sotto: ${gateway.url}`);
	console.log(`A local network of ${localnet.nodes.length} nodes is running. Press Ctrl+C to stop.`);
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
	if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error))
		return error;
	return `Port ${String(error.port)} is taken. Is Sotto running already? PORT=5000 npm start moves the app; the local network's nodes always use 22100 to 22111, and its seed 22199.`;
}

start().catch((error: unknown) => {
	console.error(explain(error));
	process.exit(1);
});
