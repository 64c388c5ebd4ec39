import path from 'node:path';
import { profileFingerprint } from '../networks/document';
import { ProfileError } from '../networks/profile-error';
import { startGateway } from './gateway';
import { loadProfile } from './profile-file';
import { readSettings, SettingsError, usage } from './settings';

const args = process.argv.slice(2);

async function run(): Promise<void> {
	const settings = readSettings(args, process.env, path.resolve(import.meta.dirname, '../../build'));
	const profile = await loadProfile(settings.network);
	const gateway = await startGateway({
		profile,
		port: settings.port,
		host: settings.host,
		behindHttps: settings.behindHttps,
		behindProxy: settings.behindProxy,
		...(settings.appFolder === null ? {} : { appFolder: settings.appFolder }),
		log: (event) => console.log(JSON.stringify(event))
	});
	console.log(`Sotto gateway for ${profile.name} at ${gateway.url}`);
	if (profile.kind === 'custom')
		console.log(`Network fingerprint: ${await profileFingerprint(profile, crypto.subtle)}`);
	const stop = (): void => void gateway.close().then(() => process.exit(0));
	process.once('SIGINT', stop);
	process.once('SIGTERM', stop);
}

if (args.includes('--help')) console.log(usage);
else
	run().catch((error: unknown) => {
		const meant = error instanceof ProfileError || error instanceof SettingsError;
		console.error(meant ? `${error.message}\n\n${usage}` : error);
		process.exitCode = 1;
	});
