/** Opens recorded onions with the recorded keys and closes them again for another world's. */
import { fromHex, fromUtf8, toHex, utf8 } from '../../../src/protocol/bytes';
import { parseX25519PublicKey, x25519KeyPair } from '../../../src/protocol/keys';
import { sealLayer } from '../../../src/protocol/onion';
import {
	decryptLayer,
	joinCombined,
	nodeLayerKey,
	parseEncryption,
	splitCombined,
	type LayerKey,
	type OnionEncryption
} from '../../../src/protocol/onion-cipher';
import type { Bytes, X25519KeyPair } from '../../../src/protocol/types';
import { recordedNetwork, type Json } from './recorded';
import { isObject, translateBody, tryParse } from './requests';
import type { World } from './world';

/** One opened layer. `inner` is null where nothing further can be opened, as when it was tampered with. */
interface Layer {
	/** Index of the node, or the server outside the network. */
	readonly to: number | 'server';
	readonly encryption: OnionEncryption;
	readonly ephemeral: string;
	readonly plaintext: Bytes;
	readonly inner: Layer | null;
}

export interface Rebuilt {
	readonly body: Uint8Array;
	/** Outermost first; what a reply may be sealed with. */
	readonly layers: readonly { readonly to: number | 'server'; readonly key: LayerKey }[];
}

export async function rebuild(
	world: World,
	request: Uint8Array,
	guard: number,
	server: string | undefined
): Promise<Rebuilt> {
	const outer = split(request);
	const outermost = outer && (await peel(outer.blob, outer.json, guard, server));
	// Whatever the guard itself cannot read is the same everywhere.
	if (!outer || !outermost) return { body: request, layers: [] };
	const layers: { to: number | 'server'; key: LayerKey }[] = [];
	const sealed = await seal(world, outermost, layers, server);
	return {
		body: joinCombined(sealed.ciphertext, outer.json.replace(outermost.ephemeral, sealed.ephemeral)),
		layers: layers.reverse()
	};
}

function split(combined: Uint8Array): { blob: Bytes; json: string } | null {
	try {
		return splitCombined(combined);
	} catch {
		return null;
	}
}

function member(json: string, name: string): Json | undefined {
	const control = tryParse(json);
	return isObject(control) ? control[name] : undefined;
}

async function peel(
	ciphertext: Bytes,
	json: string,
	to: number | 'server',
	server: string | undefined
): Promise<Layer | null> {
	const ephemeral = member(json, 'ephemeral_key');
	if (typeof ephemeral !== 'string' || !/^[0-9a-f]{64}$/.test(ephemeral)) return null;
	try {
		const encryption = parseEncryption(member(json, 'enc_type'));
		const own = recordedKeys(to, server);
		const key = await nodeLayerKey(encryption, own, parseX25519PublicKey(fromHex(ephemeral)));
		const plaintext = await decryptLayer(key, ciphertext);
		return { to, encryption, ephemeral, plaintext, inner: await peelInner(plaintext, server) };
	} catch {
		return null;
	}
}

async function peelInner(plaintext: Bytes, server: string | undefined): Promise<Layer | null> {
	const combined = split(plaintext);
	if (combined === null) return null;
	if (member(combined.json, 'host') !== undefined)
		return peel(combined.blob, combined.json, 'server', server);
	const destination = member(combined.json, 'destination');
	const next = recordedNetwork.nodes.findIndex((node) => node.ed25519_pubkey === destination);
	return next === -1 ? null : peel(combined.blob, combined.json, next, server);
}

function recordedKeys(to: number | 'server', server: string | undefined): X25519KeyPair {
	return x25519KeyPair(fromHex(to === 'server' ? server! : recordedNetwork.nodes[to]!.x25519_privkey));
}

async function seal(
	world: World,
	layer: Layer,
	layers: { to: number | 'server'; key: LayerKey }[],
	server: string | undefined
): Promise<{ ciphertext: Bytes; ephemeral: string }> {
	const plaintext = await translateLayer(world, layer, layers, server);
	const x25519 =
		layer.to === 'server' ? recordedKeys('server', server).publicKey : world.nodes[layer.to]!.x25519;
	const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
	const sealed = await sealLayer({ x25519, encryption: layer.encryption }, plaintext, random);
	layers.push({ to: layer.to, key: sealed.key });
	return { ciphertext: sealed.ciphertext, ephemeral: toHex(sealed.ephemeral) };
}

async function translateLayer(
	world: World,
	{ plaintext, inner }: Layer,
	layers: { to: number | 'server'; key: LayerKey }[],
	server: string | undefined
): Promise<Bytes> {
	const combined = split(plaintext);
	// A server's own request is not in our form.
	if (combined === null) return plaintext;
	if (inner === null) {
		const isRequest =
			member(combined.json, 'headers') !== undefined || !combined.json.includes('ephemeral_key');
		const blob = isRequest ? utf8(translateBody(world, fromUtf8(combined.blob))) : combined.blob;
		return joinCombined(blob, translateControl(world, combined.json));
	}
	const sealed = await seal(world, inner, layers, server);
	const json = translateControl(world, combined.json.replace(inner.ephemeral, sealed.ephemeral));
	return joinCombined(sealed.ciphertext, json);
}

/** As text, since some of it is deliberately no JSON. */
export function translateControl(world: World, json: string): string {
	const ports = json.replace(/("port":)(\d+)/, (_, name: string, port: string) => {
		return name + String(world.ports.get(Number(port)) ?? port);
	});
	return world.text(ports);
}
