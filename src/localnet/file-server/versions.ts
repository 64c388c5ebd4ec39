/** What the server tells of other programs: their newest versions, and the network's token. No client of ours asks. */
import { json, refused, type FileAnswer } from './answer';
import { Float, type PythonValue } from './python-json';

interface Release {
	readonly result: string;
	readonly name: string;
	readonly notes?: string;
	readonly assets?: readonly { readonly name: string; readonly url: string }[];
}

/** Invented: an operator's server gets them from where the programs are published. */
const RELEASES: Readonly<Record<string, { readonly stable: Release; readonly prerelease?: Release }>> = {
	desktop: {
		stable: {
			result: '1.17.13',
			name: 'Session Desktop 1.17.13',
			notes: 'release notes',
			assets: [{ name: 'session-desktop-linux.AppImage', url: 'https://example.invalid/desktop/x.AppImage' }]
		},
		prerelease: { result: '1.18.0', name: 'Session Desktop 1.18.0', notes: 'prerelease notes' }
	},
	android: { stable: { result: '1.33.4', name: '1.33.4' } },
	ios: { stable: { result: '2.14.0', name: '2.14.0' } }
};
const CHANNELS = ['stable', 'prerelease', 'alpha'];
const MOST_DAYS = 30;

export function newestVersion(query: string, updatedMs: number): FileAnswer {
	const asked = new URLSearchParams(query);
	const platform = asked.get('platform') ?? '';
	const releases = Object.hasOwn(RELEASES, platform) ? RELEASES[platform] : undefined;
	const channel = asked.get('release_channel') ?? 'stable';
	if (releases === undefined || !CHANNELS.includes(channel)) return refused(404);
	const release = channel === 'stable' ? releases.stable : releases.prerelease;
	if (release === undefined) return refused(502);
	const updated = new Float(updatedMs / 1000);
	const { result, ...rest } = release;
	const { prerelease } = releases;
	return json(200, {
		status_code: 200,
		updated,
		result,
		...rest,
		...(prerelease !== undefined && { prerelease: releaseAt(prerelease, updated) })
	});
}

function releaseAt({ result, ...rest }: Release, updated: Float): PythonValue {
	return { result, updated, ...rest };
}

export function tokenInfo(query: string, updatedMs: number): FileAnswer {
	const days = Number(new URLSearchParams(query).get('days') ?? 1);
	if (!Number.isInteger(days) || days < 1 || days > MOST_DAYS) return refused(400);
	const today = {
		current_value: '0.250000',
		circulating_supply: 80_000_000,
		total_nodes: 1_900,
		updated: new Float(updatedMs / 1000)
	};
	return json(200, {
		status_code: 200,
		info: {
			maximum_supply: 240_000_000,
			sent_per_node: 20_000,
			staking_reward_pool: 40_000_000,
			history: [today]
		}
	});
}
