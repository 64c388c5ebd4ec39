import { beforeAll, describe, expect, it } from 'vitest';
import { fromBase64, fromHex, fromUtf8, toHex, utf8 } from '../../src/protocol/bytes';
import { parseX25519PublicKey, x25519KeyPair } from '../../src/protocol/keys';
import {
	decryptLayer,
	encryptLayer,
	openLayer,
	openReply,
	parseControl,
	parseOnionRequest,
	splitCombined,
	type OnionEncryption
} from '../../src/protocol/onion';
import { clientLayerKey, nodeLayerKey, nonceBytes } from '../../src/protocol/onion-cipher';
import { load } from '../vectors/load';
import { sodiumReady } from './setup';

interface Keys {
	ed25519_pk: string;
	x25519_pk: string;
	x25519_sk: string;
}
interface Hop {
	kind: 'hop';
	name: string;
	cmd: 'hop_encrypt' | 'hop_decrypt';
	enc_type: OnionEncryption;
	server: boolean;
	local_sk: string;
	local_pk: string;
	remote_pk: string;
	plaintext?: string;
	ciphertext?: string;
	expect: { ciphertext?: string; plaintext?: string; error?: string };
}
interface Onion {
	kind: 'onion';
	name: string;
	enc_type: OnionEncryption;
	hops: Keys[];
	destination: { type: string; host?: string; protocol?: string; port?: number | null; ed25519_pk?: string };
	destination_keys: Keys;
	body: string | null;
	onion: string;
	layers: {
		layer: number | 'destination';
		received?: string;
		control_in?: string;
		ciphertext?: string;
		plaintext: string;
		routing_json?: string;
	}[];
}
interface Response {
	kind: 'response';
	name: string;
	enc_type: OnionEncryption;
	destination_x25519_pk: string;
	final_x25519_sk: string;
	ciphertext: string;
	ciphertext_base64: string;
	expect: { plaintext: string };
	parsed: { status?: number; body_json?: unknown };
}

const { cases } = load<{ cases: (Hop | Onion | Response)[] }>('onion');
const of = <Kind extends 'hop' | 'onion' | 'response'>(kind: Kind) =>
	cases.filter((one): one is Extract<Hop | Onion | Response, { kind: Kind }> => one.kind === kind);

beforeAll(() => sodiumReady);

describe('onion.json: single layers', () => {
	const keyOf = (one: Hop) => {
		const local = x25519KeyPair(fromHex(one.local_sk));
		const remote = parseX25519PublicKey(fromHex(one.remote_pk));
		expect(toHex(local.publicKey)).toBe(one.local_pk);
		return one.server
			? nodeLayerKey(one.enc_type, local, remote)
			: clientLayerKey(one.enc_type, local, remote);
	};

	it.each(of('hop'))('$name', async (one) => {
		const key = await keyOf(one);
		if (one.cmd === 'hop_encrypt') {
			const recorded = fromHex(one.expect.ciphertext!);
			const nonce = recorded.slice(0, nonceBytes(one.enc_type));
			expect(await encryptLayer(key, fromHex(one.plaintext!), nonce)).toEqual(recorded);
			expect(toHex(await decryptLayer(key, recorded))).toBe(one.plaintext);
			return;
		}
		const opened = decryptLayer(key, fromHex(one.ciphertext!));
		if (one.expect.error === undefined) expect(toHex(await opened)).toBe(one.expect.plaintext);
		else await expect(opened).rejects.toMatchObject({ name: 'ProtocolError', kind: 'unauthenticated' });
	});
});

describe('onion.json: whole requests, as the mobile clients build them', () => {
	it.each(of('onion'))('$name', async (one) => {
		let request = parseOnionRequest(fromHex(one.onion));
		for (const [index, hop] of one.hops.entries()) {
			const layer = one.layers[index]!;
			expect(request.encryption).toBe(one.enc_type);
			const { plaintext } = await openLayer(x25519KeyPair(fromHex(hop.x25519_sk)), request);
			expect(toHex(plaintext)).toBe(layer.plaintext);
			const { blob, json } = splitCombined(plaintext);
			const control = parseControl(json);
			if (control.kind === 'destination') throw new Error('a relay layer was read as the last one');
			if (control.kind === 'relay') {
				expect(control.destination).toBe(one.hops[index + 1]?.ed25519_pk ?? one.destination.ed25519_pk);
			} else {
				const port = one.destination.port ?? (one.destination.protocol === 'https' ? 443 : 80);
				expect(control).toMatchObject({ host: one.destination.host, port, target: '/oxen/v4/lsrpc' });
			}
			request = { ...control, ciphertext: blob, hopNumber: 0 };
		}
		const last = one.layers.at(-1)!;
		const destination = x25519KeyPair(fromHex(one.destination_keys.x25519_sk));
		const { plaintext } = await openLayer(destination, request);
		expect(toHex(plaintext)).toBe(last.plaintext);
		if (one.destination.type !== 'snode') return;
		const { blob, json } = splitCombined(plaintext);
		expect(toHex(blob)).toBe(one.body);
		expect(parseControl(json)).toEqual({ kind: 'destination', json: false, base64: true });
	});
});

describe('onion.json: replies', () => {
	it.each(of('response'))('$name', async (one) => {
		const client = x25519KeyPair(fromHex(one.final_x25519_sk));
		const destination = await clientLayerKey(
			one.enc_type,
			client,
			parseX25519PublicKey(fromHex(one.destination_x25519_pk))
		);
		expect(toHex(await decryptLayer(destination, fromHex(one.ciphertext)))).toBe(one.expect.plaintext);
		expect(toHex(fromBase64(one.ciphertext_base64))).toBe(one.ciphertext);
		if (one.parsed.status === undefined) {
			const reply = await openReply({ kind: 'server', destination, relays: [] }, fromHex(one.ciphertext));
			expect(reply).toEqual({ status: 200, body: fromHex(one.expect.plaintext), from: 'destination' });
			return;
		}
		const reply = await openReply({ kind: 'node', destination, relays: [] }, utf8(one.ciphertext_base64));
		expect(reply).toEqual({
			status: one.parsed.status,
			body: one.parsed.body_json,
			from: 'destination'
		});
		expect(fromUtf8(fromHex(one.expect.plaintext))).toContain(`"status":${one.parsed.status}`);
	});
});
