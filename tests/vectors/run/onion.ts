/** onion: single layers, whole requests as the mobile clients build them, and replies. */
import { concat, fromBase64, fromHex, fromUtf8, toHex, utf8 } from '../../../src/protocol/bytes';
import { parseJson } from '../../../src/protocol/json';
import { parseX25519PublicKey, x25519KeyPair } from '../../../src/protocol/keys';
import {
	decryptLayer,
	encryptLayer,
	joinCombined,
	openLayer,
	openReply,
	parseControl,
	parseOnionRequest,
	sealLayer,
	splitCombined,
	type LayerControl
} from '../../../src/protocol/onion';
import {
	clientLayerKey,
	nodeLayerKey,
	nonceBytes,
	parseEncryption,
	type LayerKey
} from '../../../src/protocol/onion-cipher';
import { decodeV4Reply, decodeV4Request, V4_TARGET } from '../../../src/protocol/onion-v4';
import { scripted } from '../../protocol/setup';
import type { Check } from './check';
import type { Fields } from './fields';
import type { Handlers } from './handler';
import { keysOf } from './keys';

function hopKey(one: Fields, check: Check): Promise<LayerKey> {
	const encryption = parseEncryption(one.text('enc_type'));
	const local = x25519KeyPair(one.hex('local_sk'));
	check.bytes(local.publicKey, one.hex('local_pk'), 'local_pk');
	const remote = parseX25519PublicKey(one.hex('remote_pk'));
	return one.boolean('server')
		? nodeLayerKey(encryption, local, remote)
		: clientLayerKey(encryption, local, remote);
}

/** A relay's control JSON against the next layer's fields. */
function checkRoute(control: LayerControl, next: string | undefined, destination: Fields, check: Check): void {
	if (control.kind === 'destination') throw new Error('a relay layer was read as the last one');
	if (control.kind === 'relay') {
		check.same(control.destination, next ?? destination.text('ed25519_pk'), 'the next node');
		return;
	}
	// The builder takes `http://` for `http`.
	const protocol = destination.text('protocol').replace('://', '');
	const port = destination.has('port') ? destination.number('port') : protocol === 'https' ? 443 : 80;
	const { host, target } = control;
	check.same(
		{ host, target, protocol: control.protocol, port: control.port },
		{ host: destination.text('host'), target: V4_TARGET, protocol, port },
		'the server'
	);
}

function checkServerRequest(plaintext: Uint8Array, destination: Fields, body: string | null, check: Check) {
	// libsession's builder adds the type of a body by itself.
	const type = body === null ? {} : { 'Content-Type': 'application/json' };
	check.same(
		decodeV4Request(plaintext),
		{
			method: destination.text('method'),
			endpoint: destination.text('endpoint'),
			headers: { ...type, ...(destination.raw('headers') as object) },
			body: body === null ? null : fromHex(body)
		},
		'the v4 request'
	);
}

export const handlers: Handlers = {
	async hop_encrypt(one, check) {
		const key = await hopKey(one, check);
		check.holds(one.boolean('randomised'), 'randomised');
		const recorded = one.fields('expect').hex('ciphertext');
		const plaintext = one.hex('plaintext');
		const nonce = recorded.slice(0, nonceBytes(key.encryption));
		check.bytes(await encryptLayer(key, plaintext, nonce), recorded, 'expect.ciphertext under its own nonce');
		check.bytes(await decryptLayer(key, recorded), plaintext, 'the opened ciphertext');
	},

	async hop_decrypt(one, check) {
		const key = await hopKey(one, check);
		const ciphertext = one.hex('ciphertext');
		await check.outcome(one, async () => ({ plaintext: toHex(await decryptLayer(key, ciphertext)) }));
	},

	async 'kind:onion'(one, check) {
		const encryption = parseEncryption(one.text('enc_type'));
		const destination = one.fields('destination');
		const body = one.has('body') ? one.text('body') : null;
		const layers = one.list('layers');
		const hops = one.list('hops').map((hop) => keysOf(hop, check));
		const last = layers.at(-1);
		if (last === undefined || layers.length !== hops.length + 1) throw new Error('layers do not fit the hops');

		let received = one.hex('onion');
		let request = parseOnionRequest(received);
		for (const [index, hop] of hops.entries()) {
			const layer = layers[index]!;
			check.same(layer.number('layer'), index, 'layer');
			check.bytes(received, layer.hex('received'), 'received');
			check.same(request.encryption, encryption, 'enc_type of the layer');
			const { plaintext } = await openLayer(hop.x25519, request);
			check.bytes(plaintext, layer.hex('plaintext'), 'plaintext');
			const { blob, json } = splitCombined(plaintext);
			check.same(json, layer.text('routing_json'), 'routing_json');
			check.bytes(blob, layer.hex('blob'), 'blob');
			check.same(blob.length, layer.number('blob_length'), 'blob_length');
			check.bytes(joinCombined(request.ciphertext, layer.text('control_in')), received, 'control_in');
			const control = parseControl(json);
			checkRoute(control, hops[index + 1] && toHex(hops[index + 1]!.ed25519.publicKey), destination, check);
			if (control.kind === 'destination') throw new Error('a relay layer was read as the last one');
			request = { ...control, ciphertext: blob, hopNumber: 0 };
			received = plaintext;
		}

		const keys = keysOf(one.fields('destination_keys'), check);
		check.bytes(keys.x25519.publicKey, destination.hex('x25519_pk'), 'destination.x25519_pk');
		check.same(last.text('layer'), 'destination', 'layer');
		check.bytes(request.ciphertext, last.hex('ciphertext'), 'ciphertext of the destination');
		check.same(toHex(request.ephemeral), last.text('ephemeral_key'), 'ephemeral_key of the destination');
		const { plaintext } = await openLayer(keys.x25519, request);
		check.bytes(plaintext, last.hex('plaintext'), 'plaintext of the destination');

		// The innermost layer is the only one whose ephemeral secret is recorded: it is sealed again, to the same bytes.
		const final = one.hex('final_x25519_sk');
		const sealed = await sealLayer(
			{ x25519: keys.x25519.publicKey, encryption },
			plaintext,
			scripted(final, request.ciphertext.slice(0, nonceBytes(encryption)))
		);
		check.bytes(sealed.ciphertext, request.ciphertext, 'the innermost layer sealed again');
		check.bytes(sealed.ephemeral, one.hex('final_x25519_pk'), 'final_x25519_pk');

		if (destination.text('type') === 'server') {
			checkServerRequest(plaintext, destination, body, check);
			return;
		}
		check.bytes(keys.ed25519.publicKey, destination.hex('ed25519_pk'), 'destination.ed25519_pk');
		const { blob, json } = splitCombined(plaintext);
		check.same(toHex(blob), body, 'body');
		check.same(parseControl(json), { kind: 'destination', json: false, base64: true }, 'the last control');
		check.same(json, last.text('routing_json'), 'routing_json of the destination');
		check.bytes(blob, last.hex('blob'), 'blob of the destination');
		check.same(blob.length, last.number('blob_length'), 'blob_length of the destination');
	},

	async 'kind:response'(one, check) {
		const client = x25519KeyPair(one.hex('final_x25519_sk'));
		const server = x25519KeyPair(one.hex('destination_x25519_sk'));
		check.bytes(client.publicKey, one.hex('final_x25519_pk'), 'final_x25519_pk');
		check.bytes(server.publicKey, one.hex('destination_x25519_pk'), 'destination_x25519_pk');
		const key = await clientLayerKey(parseEncryption(one.text('enc_type')), client, server.publicKey);
		const sealed = one.hex('ciphertext');
		check.bytes(fromBase64(one.text('ciphertext_base64')), sealed, 'ciphertext_base64');
		const plaintext = await decryptLayer(key, sealed);
		check.bytes(plaintext, one.fields('expect').hex('plaintext'), 'expect.plaintext');
		const nonce = sealed.slice(0, nonceBytes(key.encryption));
		check.bytes(await encryptLayer(key, plaintext, nonce), sealed, 'the reply sealed again');

		const parsed = one.fields('parsed');
		if (parsed.has('code')) {
			const reply = await openReply({ kind: 'server', destination: key, relays: [] }, sealed);
			check.same(reply.from, 'destination', 'who answered');
			check.same(
				decodeV4Reply(concat(reply.body as Uint8Array)),
				{
					status: parsed.number('code'),
					headers: parsed.raw('headers'),
					body: parsed.has('body') ? parsed.hex('body') : null
				},
				'parsed'
			);
			return;
		}
		const base64 = utf8(one.text('ciphertext_base64'));
		const reply = await openReply({ kind: 'node', destination: key, relays: [] }, base64);
		const expected = { status: parsed.number('status'), body: parsed.raw('body_json') };
		check.same(reply, { ...expected, from: 'destination' }, 'parsed');
		check.same((parseJson(fromUtf8(plaintext)) as { status: number }).status, expected.status, 'status');
	}
};
