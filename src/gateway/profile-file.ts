import { readFile, stat } from 'node:fs/promises';
import { builtinProfile } from '../networks/builtin';
import { isBuiltinName } from '../networks/builtin-names';
import { parseNetworkProfile } from '../networks/parse-profile';
import type { NetworkProfile } from '../networks/profile';
import { ProfileError } from '../networks/profile-error';

const mostBytes = 2 * 1024 * 1024;

/** The network that a flag or variable names: a built-in one, or the path of a JSON file. Throws ProfileError. */
export async function loadProfile(name: string): Promise<NetworkProfile> {
	return isBuiltinName(name) ? builtinProfile(name) : readProfileFile(name);
}

async function readProfileFile(file: string): Promise<NetworkProfile> {
	let text: string;
	try {
		if ((await stat(file)).size > mostBytes) throw new ProfileError('', 'file is larger than 2 MiB');
		text = await readFile(file, 'utf8');
	} catch (cause) {
		if (cause instanceof ProfileError) throw cause;
		throw new ProfileError('', `neither a built-in network nor a file that can be read: ${file}`);
	}
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch {
		throw new ProfileError('', 'file is not JSON');
	}
	return parseNetworkProfile(json);
}
