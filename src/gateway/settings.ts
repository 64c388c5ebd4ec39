import path from 'node:path';
import { parseArgs } from 'node:util';

/** What the operator set, by flag or environment; a flag wins. */
export interface GatewaySettings {
	readonly port: number;
	readonly host: string;
	/** Built-in name or path of a JSON file. */
	readonly network: string;
	/** The built app, or null to serve `/api` only. */
	readonly appFolder: string | null;
	readonly behindHttps: boolean;
	readonly behindProxy: boolean;
}

export class SettingsError extends Error {
	override readonly name = 'SettingsError';
}

export const usage = `Usage: gateway [--port 4173] [--host 127.0.0.1] [--network mainnet] [--app build | --no-app]
               [--behind-https] [--behind-proxy]

  --network       mainnet, testnet, localnet, or the path of a JSON file (docs/networks.md)
  --no-app        serve /api only, for an app on a static host
  --behind-https  browsers reach this gateway by https: send Strict-Transport-Security
  --behind-proxy  take the client's address for the rate limit from the proxy's X-Forwarded-For

Environment: PORT, HOST, SOTTO_NETWORK, SOTTO_APP (empty for none), SOTTO_BEHIND_HTTPS=1, SOTTO_BEHIND_PROXY=1`;

const options = {
	port: { type: 'string' },
	host: { type: 'string' },
	network: { type: 'string' },
	app: { type: 'string' },
	'no-app': { type: 'boolean' },
	'behind-https': { type: 'boolean' },
	'behind-proxy': { type: 'boolean' }
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** `defaultApp` is where the build puts the app. Throws SettingsError for what cannot be meant. */
export function readSettings(args: readonly string[], env: Environment, defaultApp: string): GatewaySettings {
	const { values } = parse(args);
	const app = values['no-app'] === true ? '' : (values.app ?? env['SOTTO_APP'] ?? defaultApp);
	return {
		port: parsePort(values.port ?? env['PORT'] ?? '4173'),
		host: values.host ?? env['HOST'] ?? '127.0.0.1',
		network: values.network ?? env['SOTTO_NETWORK'] ?? 'mainnet',
		appFolder: app === '' ? null : path.resolve(app),
		behindHttps: values['behind-https'] ?? env['SOTTO_BEHIND_HTTPS'] === '1',
		behindProxy: values['behind-proxy'] ?? env['SOTTO_BEHIND_PROXY'] === '1'
	};
}

function parse(args: readonly string[]) {
	try {
		return parseArgs({ args: [...args], options });
	} catch (cause) {
		throw new SettingsError(cause instanceof Error ? cause.message : 'unknown option', { cause });
	}
}

export function parsePort(text: string): number {
	const port = Number(text);
	if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new SettingsError(`no port: ${text}`);
	return port;
}
