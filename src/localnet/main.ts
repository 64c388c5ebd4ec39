/**
 * The local network on its own:
 *
 *     tsx src/localnet/main.ts [--port 22100] [--folder DIR] [--version 2.8|2.11] [--tls]
 *
 * or LOCALNET_PORT, LOCALNET_FOLDER, LOCALNET_VERSION, LOCALNET_TLS=1. What can be done to it while it runs:
 * control.ts.
 */
import { parseArgs } from 'node:util';
import { DEFAULT_BASE_PORT } from './defaults';
import { startLocalnet } from './localnet';
import { isServerVersion } from './server-version';

const HIGHEST_BASE_PORT = 65_000;

const { values } = parseArgs({
	options: {
		port: { type: 'string', default: process.env['LOCALNET_PORT'] ?? String(DEFAULT_BASE_PORT) },
		folder: { type: 'string', default: process.env['LOCALNET_FOLDER'] ?? '' },
		version: { type: 'string', default: process.env['LOCALNET_VERSION'] ?? '2.8' },
		tls: { type: 'boolean', default: process.env['LOCALNET_TLS'] === '1' }
	}
});

const basePort = Number(values.port);
if (!Number.isInteger(basePort) || basePort < 0 || basePort > HIGHEST_BASE_PORT) {
	stop(`--port must be a number from 0 to ${HIGHEST_BASE_PORT}`);
}
if (!isServerVersion(values.version)) stop('--version must be 2.8 or 2.11');

const localnet = await startLocalnet({
	basePort,
	version: values.version,
	tls: values.tls,
	...(values.folder !== '' && { folder: values.folder })
});
console.log(`seed      ${localnet.seedUrl}`);
console.log(`files     ${localnet.fileServer.url}`);
for (const { name, url, id } of localnet.nodes) console.log(`${name.padEnd(9)} ${url}  ${id}`);
console.log('Stop with Ctrl+C.');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
	process.once(signal, () => void localnet.close().then(() => process.exit(0)));
}

function stop(why: string): never {
	console.error(why);
	process.exit(1);
}
