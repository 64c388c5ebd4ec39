import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadProfile } from '../../src/gateway/profile-file';
import { readSettings, SettingsError } from '../../src/gateway/settings';
import { profileDocument } from '../../src/networks/document';
import { ProfileError } from '../../src/networks/profile-error';
import { onEnd, profileOf } from './support';

const read = (args: string[], env: Record<string, string> = {}) => readSettings(args, env, '/app/build');

describe('settings', () => {
	test('without any, serve mainnet on loopback', () => {
		expect(read([])).toEqual({
			port: 4173,
			host: '127.0.0.1',
			network: 'mainnet',
			appFolder: '/app/build',
			behindHttps: false,
			behindProxy: false
		});
	});

	test('come from the environment, and a flag wins', () => {
		const env = {
			PORT: '8080',
			HOST: '0.0.0.0',
			SOTTO_NETWORK: 'testnet',
			SOTTO_APP: '',
			SOTTO_BEHIND_HTTPS: '1'
		};
		expect(read([], env)).toMatchObject({ port: 8080, host: '0.0.0.0', appFolder: null, behindHttps: true });
		const flags = ['--port', '1', '--network', 'localnet', '--app', '/x', '--behind-proxy'];
		expect(read(flags, env)).toMatchObject({
			port: 1,
			network: 'localnet',
			appFolder: '/x',
			behindProxy: true
		});
	});

	test.each([[['--port', 'http']], [['--port', '70000']], [['--prot', '1']], [['extra']]])(
		'refuse %j',
		(args) => {
			expect(() => read(args)).toThrow(SettingsError);
		}
	);
});

describe('a profile by name or path', () => {
	const fileWith = (text: string): string => {
		const folder = mkdtempSync(path.join(tmpdir(), 'sotto-profile-'));
		onEnd(() => rmSync(folder, { recursive: true }));
		const file = path.join(folder, 'profile.json');
		writeFileSync(file, text);
		return file;
	};

	test('built-in names come before files', async () => {
		expect((await loadProfile('localnet')).kind).toBe('builtin');
	});

	test('a file gives what was written', async () => {
		const profile = profileOf([]);
		expect(await loadProfile(fileWith(JSON.stringify(profileDocument(profile))))).toEqual(profile);
	});

	test.each(['{', '[]', '{"name":"x"}', ' '.repeat(3_000_000)])(
		'refuses what is no profile',
		async (text) => {
			await expect(loadProfile(fileWith(text))).rejects.toThrow(ProfileError);
		}
	);

	test('says when there is no such file', async () => {
		await expect(loadProfile('mainnett')).rejects.toThrow(/neither a built-in network nor a file/);
	});
});
