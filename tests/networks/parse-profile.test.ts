import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../src/networks/canonical-json';
import { profileDocument, profileFingerprint } from '../../src/networks/document';
import { parseNetworkProfile } from '../../src/networks/parse-profile';
import { ProfileError } from '../../src/networks/profile-error';

type Json = Record<string, unknown>;

const key = (byte: number): string => byte.toString(16).padStart(2, '0').repeat(32);

function node(index: number, changes: Json = {}): Json {
	return { ed25519: key(index), x25519: key(index + 100), ip: `10.0.${index}.1`, port: 22_021, ...changes };
}

function document(changes: Json = {}): Json {
	return {
		name: 'friends',
		nodes: [1, 2, 3, 4, 5].map((index) => node(index)),
		minimumNodes: 5,
		...changes
	};
}

const goodSeed = { url: 'https://seed.example:4443', spkiSha256: `${'A'.repeat(42)}E=` };

function refusal(json: unknown): string {
	try {
		parseNetworkProfile(json);
	} catch (error) {
		expect(error).toBeInstanceOf(ProfileError);
		return (error as ProfileError).message;
	}
	return 'accepted';
}

test('fills in what a document leaves out', () => {
	const profile = parseNetworkProfile(document());
	expect(profile).toMatchObject({
		name: 'friends',
		kind: 'custom',
		seeds: [],
		nodesAsOf: null,
		fileServer: null,
		agreement: 3,
		hops: 3,
		distinctSubnets: true
	});
	expect(profile.nodes[0]).toMatchObject({ id: key(1), protocol: 'https', swarm: null });
});

test('reads seeds, swarms, a file server and loopback nodes', () => {
	const profile = parseNetworkProfile(
		document({
			seeds: [{ ...goodSeed, certificateSha256: key(7).toUpperCase() }, { url: 'http://127.0.0.1:22099' }],
			nodes: [1, 2, 3, 4].map((index) => node(index, { ip: '127.0.0.1', protocol: 'http', swarm: '1FFF' })),
			minimumNodes: 4,
			fileServer: { url: 'http://files.example', x25519: key(9) }
		})
	);
	expect(profile.seeds).toEqual([
		{ url: 'https://seed.example:4443', spkiSha256: goodSeed.spkiSha256, certificateSha256: key(7) },
		{ url: 'http://127.0.0.1:22099', spkiSha256: null, certificateSha256: null }
	]);
	expect(profile.nodes[0]).toMatchObject({ protocol: 'http', swarm: 0x1fffn });
	expect(profile.fileServer).toMatchObject({ host: 'files.example', port: 80, protocol: 'http' });
});

test('reads the example of docs/networks.md', () => {
	const block = /```json\n(.*?)```/s.exec(readFileSync('docs/networks.md', 'utf8'))?.[1] ?? '';
	const example = JSON.parse(block) as Json & { nodes: Json[] };
	const nodes = Array.from({ length: 12 }, (_, index) => ({ ...example.nodes[0], ed25519: key(index) }));
	expect(parseNetworkProfile({ ...example, nodes })).toMatchObject({ name: 'friends', minimumNodes: 12 });
});

test.each([
	['no object', [], 'must be an object'],
	['a misspelt member', document({ seed: [] }), 'unknown member "seed"'],
	['a misspelt pin', document({ seeds: [{ ...goodSeed, spki: 'x' }] }), 'seeds[0]: unknown member "spki"'],
	['no name', document({ name: undefined }), 'name: must be 1 to 40'],
	['the name of a built-in network', document({ name: 'mainnet' }), 'name: is the name of a built-in'],
	['nothing to connect to', { name: 'x' }, 'names neither seeds nor nodes'],
	[
		'too few nodes for its own rule',
		document({ minimumNodes: 6 }),
		'nodes: has fewer entries than minimumNodes'
	],
	['paths as long as the network', document({ hops: 5 }), 'minimumNodes: must be more than hops'],
	['a path of one', document({ hops: 1 }), 'hops: must be a whole number from 2 to 5'],
	['more agreement than nodes', document({ agreement: 6 }), 'agreement: must not be more than'],
	[
		'a node twice',
		document({ nodes: [1, 2, 3, 4, 4].map((index) => node(index)) }),
		'nodes: names a node twice'
	],
	['a short key', document({ nodes: [node(1, { ed25519: 'ab' })] }), 'nodes[0].ed25519: must be 64 hex'],
	[
		'a host name as address',
		document({ nodes: [node(1, { ip: 'node.example' })] }),
		'nodes[0].ip: must be an IPv4'
	],
	['octal parts', document({ nodes: [node(1, { ip: '10.010.0.1' })] }), 'nodes[0].ip: is no address'],
	[
		'the metadata service',
		document({ nodes: [node(1, { ip: '169.254.169.254' })] }),
		'nodes[0].ip: is no address'
	],
	['everybody', document({ nodes: [node(1, { ip: '255.255.255.255' })] }), 'nodes[0].ip: is no address'],
	['port 0', document({ nodes: [node(1, { port: 0 })] }), 'nodes[0].port: must be a whole number'],
	[
		'a port as text',
		document({ nodes: [node(1, { port: '22021' })] }),
		'nodes[0].port: must be a whole number'
	],
	[
		'plain http in the open',
		document({ nodes: [node(1, { protocol: 'http' })] }),
		'plain http is for loopback'
	],
	['no swarm as swarm', document({ nodes: [node(1, { swarm: 'f'.repeat(16) })] }), 'nodes[0].swarm:'],
	[
		'a plain http seed in the open',
		document({ seeds: [{ url: 'http://seed.example' }] }),
		'plain http is for'
	],
	['an https seed without pin', document({ seeds: [{ url: 'https://seed.example' }] }), 'needs the pin'],
	['a pin that is none', document({ seeds: [{ ...goodSeed, spkiSha256: 'AAAA' }] }), 'must be the base64'],
	[
		'a seed with a path',
		document({ seeds: [{ ...goodSeed, url: 'https://a.example/x' }] }),
		'a host and port only'
	],
	[
		'a seed with a password',
		document({ seeds: [{ ...goodSeed, url: 'https://a:b@a.example' }] }),
		'host and port'
	],
	[
		'another scheme',
		document({ seeds: [{ ...goodSeed, url: 'file:///etc/passwd' }] }),
		'must be an http or https'
	]
])('refuses %s', (_what, json, problem) => {
	expect(refusal(json)).toContain(problem);
});

test('throws nothing but its own error, whatever it is given', () => {
	fc.assert(fc.property(fc.jsonValue(), (json) => refusal(json) !== 'accepted'));
	const members = fc.constantFrom(
		'name',
		'seeds',
		'nodes',
		'nodesAsOf',
		'fileServer',
		'minimumNodes',
		'hops'
	);
	fc.assert(
		fc.property(members, fc.jsonValue(), (member, value) => {
			refusal(document({ [member]: value }));
		})
	);
});

describe('the fingerprint', () => {
	const fingerprint = (json: Json): Promise<string> =>
		profileFingerprint(parseNetworkProfile(json), crypto.subtle);

	test('is the same for the same content in another order or case', async () => {
		const [first, ...rest] = Object.entries(document()).reverse();
		const shuffled = Object.fromEntries([...rest, first!]);
		expect(await fingerprint(shuffled)).toBe(await fingerprint(document()));
		expect(await fingerprint(document())).toMatch(/^[0-9a-f]{64}$/);
	});

	test('survives the document that a gateway serves', async () => {
		const served = JSON.parse(JSON.stringify(profileDocument(parseNetworkProfile(document())))) as Json;
		expect(await fingerprint(served)).toBe(await fingerprint(document()));
	});

	test.each([
		['a key', { nodes: [1, 2, 3, 4, 6].map((index) => node(index)) }],
		['an address', { nodes: [1, 2, 3, 4, 5].map((index) => node(index, { port: 1 })) }],
		['a pin', { seeds: [goodSeed] }],
		['a limit', { agreement: 2 }],
		['the name', { name: 'foes' }]
	])('changes with %s', async (_what, change) => {
		expect(await fingerprint(document(change))).not.toBe(await fingerprint(document()));
	});
});

test('canonical JSON has one spelling', () => {
	expect(canonicalJson({ b: [1, { z: null, a: 'ü"' }], a: true })).toBe(
		'{"a":true,"b":[1,{"a":"ü\\"","z":null}]}'
	);
	expect(() => canonicalJson(1.5)).toThrow(TypeError);
	expect(() => canonicalJson(2 ** 60)).toThrow(TypeError);
});
