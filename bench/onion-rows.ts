import sodium from 'libsodium-wrappers-sumo';
import { utf8 } from '../src/protocol/bytes';
import { ed25519FromSeed, x25519FromEd25519Public, snodeId } from '../src/protocol/keys';
import { buildOnion, type OnionEncryption, type OnionHop } from '../src/protocol/onion';
import { measure, type Row } from './measure';

const BODY_BYTES = 600;
const LAYERS = 4;

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

function hop(encryption: OnionEncryption): OnionHop {
	const { publicKey } = ed25519FromSeed(random(32));
	return { ed25519: snodeId(publicKey), x25519: x25519FromEd25519Public(publicKey), encryption };
}

/** One layer with nothing around it: a fresh key pair, a DH, the key's hash and the cipher. */
async function bareAesLayer(
	node: Uint8Array,
	plaintext: Uint8Array<ArrayBuffer>
): Promise<Uint8Array<ArrayBuffer>> {
	const secret = random(32);
	sodium.crypto_scalarmult_base(secret);
	const shared = new Uint8Array(sodium.crypto_scalarmult(secret, node));
	const hmac = await crypto.subtle.importKey('raw', utf8('LOKI'), { name: 'HMAC', hash: 'SHA-256' }, false, [
		'sign'
	]);
	const raw = await crypto.subtle.sign('HMAC', hmac, shared);
	const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
	return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: random(12) }, key, plaintext));
}

function bareXchachaLayer(node: Uint8Array, plaintext: Uint8Array): Uint8Array<ArrayBuffer> {
	const secret = random(32);
	const publicKey = sodium.crypto_scalarmult_base(secret);
	const shared = sodium.crypto_scalarmult(secret, node);
	const material = new Uint8Array(96);
	material.set(shared);
	material.set(publicKey, 32);
	material.set(node, 64);
	const key = sodium.crypto_generichash(32, material, null);
	return new Uint8Array(
		sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, null, null, random(24), key)
	);
}

/** A request of 600 bytes in three relay layers and the destination's, against its primitives alone. */
export async function onionRows(): Promise<Row[]> {
	const rows: Row[] = [];
	const body = random(BODY_BYTES);
	for (const encryption of ['aes-gcm', 'xchacha20'] as const) {
		const [destination, ...hops] = Array.from({ length: LAYERS }, () => hop(encryption));
		if (!destination) throw new Error('no destination');
		const nodes = [destination, ...hops].map((node) => node.x25519);
		const built = await measure(() =>
			buildOnion({ hops, destination: { kind: 'node', hop: destination, body }, random })
		);
		const bare = await measure(async () => {
			let layer = body;
			for (const node of nodes) {
				layer = encryption === 'aes-gcm' ? await bareAesLayer(node, layer) : bareXchachaLayer(node, layer);
			}
		});
		rows.push({
			name: `onion request, 3 relays + destination, ${encryption}`,
			measured: built,
			against: { name: `${LAYERS} × (key pair, DH, hash, cipher)`, measured: bare }
		});
	}
	return rows;
}
