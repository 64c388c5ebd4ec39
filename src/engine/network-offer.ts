import { builtinProfile } from '../networks/builtin';
import { isBuiltinName } from '../networks/builtin-names';
import { profileFingerprint } from '../networks/document';
import { parseNetworkProfile } from '../networks/parse-profile';
import type { NetworkProfile } from '../networks/profile';
import { ProfileError } from '../networks/profile-error';
import type { NetworkPin } from './account/entry';
import { EngineError } from './errors';
import type { Platform } from './platform';

/** A network with what names it for good. */
export interface PinnedNetwork {
	readonly profile: NetworkProfile;
	readonly pin: NetworkPin;
}

const ANSWER_MS = 5_000;

async function pinNetwork(
	profile: NetworkProfile,
	platform: Pick<Platform, 'subtle'>
): Promise<PinnedNetwork> {
	const fingerprint = profile.kind === 'custom' ? await profileFingerprint(profile, platform.subtle) : null;
	return { profile, pin: { name: profile.name, fingerprint } };
}

export function isSameNetwork(a: NetworkPin, b: NetworkPin): boolean {
	return a.name === b.name && a.fingerprint === b.fingerprint;
}

/** Which network a gateway serves; the first of `origins` that answers usably counts. Null when none does. */
export async function offerOf(
	platform: Pick<Platform, 'fetch' | 'subtle' | 'setTimeout' | 'clearTimeout'>,
	origins: readonly string[]
): Promise<PinnedNetwork | null> {
	for (const origin of new Set(origins)) {
		try {
			return await pinNetwork(await offeredBy(origin, platform), platform);
		} catch {
			// The next one may answer.
		}
	}
	return null;
}

async function offeredBy(
	origin: string,
	platform: Pick<Platform, 'fetch' | 'setTimeout' | 'clearTimeout'>
): Promise<NetworkProfile> {
	const patience = new AbortController();
	const timer = platform.setTimeout(() => patience.abort(), ANSWER_MS);
	try {
		const response = await platform.fetch(`${origin}/api/network`, {
			cache: 'no-store',
			credentials: 'omit',
			signal: patience.signal
		});
		if (!response.ok) throw new EngineError('gateway-unreachable');
		return await readOffer(await response.json());
	} finally {
		platform.clearTimeout(timer);
	}
}

async function readOffer(answer: unknown): Promise<NetworkProfile> {
	const offer = typeof answer === 'object' && answer !== null ? answer : {};
	const name = 'profile' in offer ? offer.profile : undefined;
	if (typeof name === 'string' && isBuiltinName(name)) return builtinProfile(name);
	if (name === 'custom' && 'document' in offer) return parseNetworkProfile(offer.document);
	throw new ProfileError('', 'names no network that this release knows');
}
