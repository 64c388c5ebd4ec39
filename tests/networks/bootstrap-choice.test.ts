import { beforeAll, expect, test } from 'vitest';
import { chooseNodes } from '../../scripts/bootstrap-choice';
import type { GatewayNode } from '../../src/gateway/nodes';
import { toHex, utf8 } from '../../src/protocol/bytes';
import { blake2b, ed25519FromSeed, x25519FromEd25519Public } from '../../src/protocol/keys';
import { sodiumReady } from '../../src/protocol/sodium';

beforeAll(() => sodiumReady);

function node(name: string, ip: string, changes: Partial<GatewayNode> = {}): GatewayNode {
	const { publicKey } = ed25519FromSeed(blake2b(32, utf8(name)));
	const x25519 = toHex(x25519FromEd25519Public(publicKey));
	return { ed25519: toHex(publicKey), x25519, ip, port: 22_021, protocol: 'https', ...changes };
}

const idsOf = (nodes: readonly { readonly id: string }[]): readonly string[] =>
	nodes.map(({ id }) => id).sort();
const keysOf = (...nodes: readonly GatewayNode[]): readonly string[] =>
	nodes.map(({ ed25519 }) => ed25519).sort();

test('takes what every seed names alike', () => {
	const [a, b, c] = [node('a', '9.0.1.1'), node('b', '9.0.2.1'), node('c', '9.0.3.1')];
	const moved = { ...b, port: 1 };
	expect(
		idsOf(
			chooseNodes(
				[
					[a, b, c],
					[c, a, moved]
				],
				new Set()
			)
		)
	).toEqual(keysOf(a, c));
});

test('leaves out a node whose X25519 key is not its own', () => {
	const [a, b] = [node('a', '9.0.1.1'), node('b', '9.0.2.1', { x25519: 'ab'.repeat(32) })];
	const c = node('c', '9.0.3.1', { ed25519: '00'.repeat(32) });
	expect(idsOf(chooseNodes([[a, b, c]], new Set()))).toEqual(keysOf(a));
});

test('takes one node of a subnet, the one that is bundled already if there is one', () => {
	const neighbours = ['a', 'b', 'c', 'd'].map((name, index) => node(name, `9.0.1.${index + 1}`));
	const [first] = keysOf(...neighbours);
	expect(idsOf(chooseNodes([neighbours], new Set()))).toEqual([first]);
	for (const { ed25519 } of neighbours)
		expect(idsOf(chooseNodes([neighbours], new Set([ed25519])))).toEqual([ed25519]);
});

test('keeps bundled nodes when there are more than a release takes', () => {
	const many = Array.from({ length: 402 }, (_, index) =>
		node(`n${index}`, `9.${index >> 8}.${index & 255}.1`)
	);
	const highest = keysOf(...many).slice(-3);
	const chosen = idsOf(chooseNodes([many], new Set(highest)));
	expect(chosen).toHaveLength(400);
	expect(chosen).toEqual(expect.arrayContaining([...highest]));
});
