import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtinProfile } from '../../src/networks/builtin';
import { builtinNames, isBuiltinName } from '../../src/networks/builtin-names';
import { profileDocument } from '../../src/networks/document';
import { parseBundledProfile } from '../../src/networks/parse-profile';
import { packNodes, unpackNodes } from '../../src/networks/packed-nodes';
import { addressKind } from '../../src/networks/address';
import { toHex, utf8 } from '../../src/protocol/bytes';
import {
	blake2b,
	ed25519FromSeed,
	parseEd25519PublicKey,
	x25519FromEd25519Public
} from '../../src/protocol/keys';
import { sodiumReady } from '../../src/protocol/sodium';

beforeAll(() => sodiumReady);

describe('localnet', () => {
	test('lists the twelve nodes of the recorded network, with keys from their published seeds', async () => {
		const profile = await builtinProfile('localnet');
		const swarms = ['1fffffffffffffff', '5fffffffffffffff', '9fffffffffffffff', 'dfffffffffffffff'];
		expect(profile.nodes).toHaveLength(12);
		for (const [index, node] of profile.nodes.entries()) {
			const keys = ed25519FromSeed(blake2b(32, utf8(`local-session-node-${index}`)));
			expect(node.id).toBe(toHex(keys.publicKey));
			expect(node.x25519).toEqual(x25519FromEd25519Public(keys.publicKey));
			expect(node).toMatchObject({ ip: `127.0.${index + 1}.1`, port: 22_100 + index, protocol: 'http' });
			expect(node.swarm?.toString(16)).toBe(swarms[index % 4]);
		}
	});
});

test('localnet names the file server by the key of its published seed', async () => {
	const { fileServer } = await builtinProfile('localnet');
	const keys = ed25519FromSeed(blake2b(32, utf8('local-session-node-file-server')));
	expect(fileServer).toEqual({
		host: '127.0.0.1',
		port: 22_198,
		protocol: 'http',
		x25519: x25519FromEd25519Public(keys.publicKey)
	});
});

describe('mainnet', () => {
	test('carries 400 usable nodes, each in a subnet of its own', async () => {
		const profile = await builtinProfile('mainnet');
		expect(profile.nodes).toHaveLength(400);
		expect(profile.nodesAsOf).toMatch(/^20\d\d-\d\d-\d\d$/);
		expect(profile.nodes.every((node) => addressKind(node.ip ?? '') === 'public')).toBe(true);
		expect(new Set(profile.nodes.map((node) => node.id)).size).toBe(400);
		expect(new Set(profile.nodes.map((node) => node.ip?.replace(/\.\d+$/, ''))).size).toBe(400);
		const [first] = profile.nodes;
		expect(first?.id).toBe('00000000c9b1ef4599f86182d6905963a72f6a9f50849e1263b4384df8600091');
		expect(first).toMatchObject({ ip: '167.160.188.203', port: 22_100 });
	});

	test('pins every seed by key and by certificate', async () => {
		const { seeds } = await builtinProfile('mainnet');
		expect(seeds).toHaveLength(3);
		for (const seed of seeds) {
			expect(seed.url).toMatch(/^https:/);
			expect(Buffer.from(seed.spkiSha256 ?? '', 'base64')).toHaveLength(32);
			expect(Buffer.from(seed.certificateSha256 ?? '', 'hex')).toHaveLength(32);
		}
	});

	test('names the file server by the key that its Ed25519 key converts to', async () => {
		const { fileServer } = await builtinProfile('mainnet');
		const ed25519 = Buffer.from('b8eef9821445ae16e2e97ef8aa6fe782fd11ad5253cd6723b281341dba22e371', 'hex');
		expect(toHex(fileServer!.x25519)).toBe(toHex(x25519FromEd25519Public(parseEd25519PublicKey(ed25519))));
	});
});

test('testnet names its file server by the key that its Ed25519 key converts to', async () => {
	const { fileServer } = await builtinProfile('testnet');
	const ed25519 = Buffer.from('ff86dcd4b26d1bfec944c59859494248626d6428efc12168749d65a1b92f5e28', 'hex');
	expect(toHex(fileServer!.x25519)).toBe(toHex(x25519FromEd25519Public(parseEd25519PublicKey(ed25519))));
});

test.each(['localnet', 'mainnet'] as const)('%s survives its own JSON form', async (name) => {
	const profile = await builtinProfile(name);
	const again = parseBundledProfile(JSON.parse(JSON.stringify(profileDocument(profile))));
	expect(again).toEqual({
		...profile,
		nodes: profile.nodes.map((node) => ({ ...node, protocol: node.protocol ?? 'https' }))
	});
});

test('names that are built in, and no others', () => {
	expect(builtinNames.every(isBuiltinName)).toBe(true);
	expect(isBuiltinName('toString')).toBe(false);
	expect(isBuiltinName('./mainnet.json')).toBe(false);
});

describe('the packed list', () => {
	const packed = (
		JSON.parse(readFileSync('src/networks/data/mainnet-nodes.json', 'utf8')) as { nodes: string }
	).nodes;

	test('gives the same text whatever order the nodes come in', () => {
		const nodes = unpackNodes(packed).map((node) => ({ ...node, ip: node.ip!, port: node.port! }));
		expect(packNodes(nodes.reverse())).toBe(packed);
	});

	test('refuses a cut list and keys that are none', () => {
		expect(() => unpackNodes(packed.slice(0, -4))).toThrow(expect.objectContaining({ kind: 'malformed' }));
		const zeros = Buffer.alloc(38).toString('base64');
		expect(() => unpackNodes(zeros)).toThrow(expect.objectContaining({ kind: 'malformed' }));
	});
});
