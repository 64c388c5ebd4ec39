import sodium from 'libsodium-wrappers-sumo';
import { blindedSigner, signRequest } from '../src/protocol/communities/request-signing';
import { ed25519FromSeed, x25519KeyPair } from '../src/protocol/keys';
import { sealLayer } from '../src/protocol/onion';
import { encodeV4Request, type V4Request } from '../src/protocol/onion-v4';
import { compare, type Row } from './measure';
import { random } from './random';

const LARGE = 10_000_000;
const SMALL = 600;
const TIME = 1_795_369_231;

/** A signed request to a community inside the layer for its server, against its hash, its signature and its cipher alone. */
function requestRow(size: number, name: string): Promise<Row> {
	const own = ed25519FromSeed(random(32));
	const server = x25519KeyPair(random(32)).publicKey;
	const signer = blindedSigner(own, server);
	const headers = { 'Content-Type': 'application/octet-stream' };
	const request: V4Request = { method: 'POST', endpoint: '/room/x/file', headers, body: random(size) };
	const body = random(size);
	const [key, nonce] = [random(32), random(24)];
	const make = () => {
		const signed = signRequest(request, server, signer, TIME, random);
		return sealLayer({ x25519: server, encryption: 'xchacha20' }, encodeV4Request(signed), random);
	};
	const bare = () => {
		sodium.crypto_generichash(64, body, null);
		sodium.crypto_sign_detached(random(120), own.secretKey);
		const secret = random(32);
		sodium.crypto_scalarmult_base(secret);
		sodium.crypto_scalarmult(secret, server);
		sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(body, null, null, nonce, key);
	};
	return compare([`v4 request with ${name}`, make], ['BLAKE2b + Ed25519 sign + X25519 + XChaCha20', bare], {
		batches: 9,
		batchMs: 300
	});
}

export async function serverRows(): Promise<Row[]> {
	return [await requestRow(LARGE, '10 MB'), await requestRow(SMALL, '600 B')];
}
