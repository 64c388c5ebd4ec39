import { request as httpsRequest } from 'node:https';
import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLocalnet, type Localnet } from '../../src/localnet/localnet';
import { fromHex } from '../../src/protocol/bytes';
import { decryptOns, nameHash } from '../../src/protocol/ons';
import { infoCall, onsResolveCall } from '../../src/protocol/storage-rpc';
import { call, newIdentity, storeText, swarmOf } from './client';

let localnet: Localnet;

beforeAll(async () => {
	localnet = await startLocalnet({ basePort: 0 });
});

afterAll(() => localnet.close());

function ask(params: unknown): Promise<Response> {
	return fetch(`${localnet.seedUrl}/json_rpc`, {
		method: 'POST',
		headers: { 'user-agent': 'WhatsApp', 'accept-language': 'en-us' },
		body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'get_n_service_nodes', params })
	});
}

const DESKTOP_FIELDS = {
	public_ip: true,
	storage_port: true,
	pubkey_x25519: true,
	pubkey_ed25519: true,
	requested_unlock_height: true,
	height: true
};

describe('the seed', () => {
	test('answers what desktop asks, in the form that desktop demands', async () => {
		const response = await ask({ active_only: true, fields: DESKTOP_FIELDS });
		expect(response.status).toBe(200);
		expect(response.headers.get('content-type')).toBe('application/json');
		const { result, ...rest } = (await response.json()) as { result: { service_node_states: unknown[] } };
		expect(rest).toEqual({ id: 7, jsonrpc: '2.0' });
		expect(result).toMatchObject({ height: 1_900_000, status: 'OK' });
		expect(result.service_node_states).toHaveLength(12);
		const { id, ip, port } = localnet.nodes[4]!;
		expect(result.service_node_states[4]).toEqual({
			public_ip: ip,
			storage_port: port,
			pubkey_ed25519: id,
			pubkey_x25519: 'f6cbcf387c8eb0b576fdbd73833c5bbf0f069ad3eb7f8cce182939a1d0bf6a24',
			requested_unlock_height: 0
		});
	});

	test('takes a list of field names, and writes swarm ids with all their digits', async () => {
		const text = await (await ask({ fields: ['swarm_id'], limit: 2 })).text();
		const states = '[{"swarm_id":2305843009213693951},{"swarm_id":6917529027641081855}]';
		expect(text).toBe(`{"id":7,"jsonrpc":"2.0","result":{"service_node_states":${states},"status":"OK"}}`);
	});

	test('leaves out who is in no swarm when only active nodes are asked for', async () => {
		localnet.faults.leaveSwarm('node0');
		const count = async (active: boolean) => {
			const { result } = (await (await ask({ active_only: active, fields: ['public_ip'] })).json()) as {
				result: { service_node_states: unknown[] };
			};
			return result.service_node_states.length;
		};
		expect([await count(true), await count(false)]).toEqual([11, 12]);
		localnet.faults.heal();
	});

	test.each(['not json', '{"method":"get_info"}', '[]'])('refuses %s', async (body) => {
		const response = await fetch(`${localnet.seedUrl}/json_rpc`, { method: 'POST', body });
		expect(await response.json()).toHaveProperty('error');
	});
});

describe('names', () => {
	const resolve = (name: string) => call(localnet.nodes[5]!, onsResolveCall(nameHash(name)));

	test('resolve to the account they were registered for, whatever their case', async () => {
		const { accountId } = newIdentity();
		localnet.registerName('Ada', accountId);
		const { body } = await resolve('ada');
		const { encrypted_value: sealed, nonce } = body.result;
		expect(decryptOns('ada', fromHex(sealed!), fromHex(nonce!))).toBe(accountId);
	});

	test('are sealed as the chain seals them', async () => {
		const account = '05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72';
		const nonce = '00112233445566778899aabbccddeeff00ffeeddccbbaa99';
		localnet.registerName('test', account as ReturnType<typeof newIdentity>['accountId'], nonce);
		const { body } = await resolve('test');
		expect(body.result).toEqual({
			encrypted_value:
				'3575802dd9bfea72672a208840f37ca289ceade5d3ffacabe2d231f109d204329fc33e28c331580d9a8c9b8a64cacfec97',
			nonce,
			status: 'OK'
		});
	});

	test('that nobody registered have no value', async () => {
		expect((await resolve('nobody')).body.result).toEqual({ status: 'OK' });
	});
});

describe('the levers of a network that runs alone', () => {
	async function lever(path: string, body: unknown) {
		const response = await fetch(`${localnet.seedUrl}/localnet/${path}`, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body)
		});
		return { status: response.status, body: (await response.json()) as Record<string, unknown> };
	}

	test('make nodes misbehave and well again', async () => {
		expect(await lever('faults', { fault: 'leaveSwarm', node: 'node2' })).toMatchObject({ status: 200 });
		expect((await call(localnet.nodes[2]!, infoCall())).status).toBe(503);
		expect(await lever('faults', { fault: 'heal' })).toMatchObject({ status: 200 });
		expect((await call(localnet.nodes[2]!, infoCall())).status).toBe(200);
		expect((await lever('faults', { fault: 'kill', node: 'node2' })).status).toBe(200);
		await expect(call(localnet.nodes[2]!, infoCall())).rejects.toThrow();
		expect((await lever('faults', { fault: 'revive', node: 'node2' })).status).toBe(200);
		expect((await call(localnet.nodes[2]!, infoCall())).status).toBe(200);
	});

	test('say what is held, without saying whose', async () => {
		const me = newIdentity();
		const { body } = await call(swarmOf(localnet, me.accountId)[0]!, storeText(me, 'hello'));
		expect(await lever('hashes', { account: me.accountId, namespace: 0 })).toMatchObject({
			body: { hashes: [body.hash] }
		});
		const state = await (await fetch(`${localnet.seedUrl}/localnet/state`)).text();
		expect(state).toContain('"messages":1');
		expect(state).not.toContain(me.accountId);
		expect(state).not.toContain(body.hash);
	});

	test('register names', async () => {
		const { accountId } = newIdentity();
		expect((await lever('names', { name: 'grace', account: accountId })).status).toBe(200);
		const { body } = await call(localnet.nodes[0]!, onsResolveCall(nameHash('grace')));
		const { encrypted_value: sealed, nonce } = body.result;
		expect(decryptOns('grace', fromHex(sealed!), fromHex(nonce!))).toBe(accountId);
	});

	test.each([
		['faults', { fault: 'explode', node: 'node1' }],
		['faults', { fault: 'slow', node: 'node1' }],
		['faults', { fault: 'drop', node: 'node1', rate: 2 }],
		['faults', { fault: 'slow', node: 'node77', ms: 1 }],
		['faults', 7],
		['hashes', {}]
	])('%s %j is refused with a reason', async (path, body) => {
		const answer = await lever(path, body);
		expect(answer.status).toBe(400);
		expect(answer.body['error']).toMatch(/\w/);
	});

	test('are out of reach for web pages: another host name, or a body that is no declared JSON', async () => {
		const plain = await fetch(`${localnet.seedUrl}/localnet/faults`, {
			method: 'POST',
			headers: { 'content-type': 'text/plain' },
			body: '{"fault":"heal"}'
		});
		expect(plain.status).toBe(415);
		const { port } = new URL(localnet.seedUrl);
		const status = await new Promise((resolve, reject) => {
			request({ host: '127.0.0.1', port, path: '/localnet/state', headers: { host: 'rebound.example' } })
				.on('response', (response) => {
					response.resume();
					resolve(response.statusCode);
				})
				.on('error', reject)
				.end();
		});
		expect(status).toBe(403);
	});
});

test('with TLS the profile pins the seed, and nodes are reached with any certificate', async () => {
	const secure = await startLocalnet({ basePort: 0, tls: true });
	try {
		const [seed] = secure.profile().seeds;
		const certificate = await new Promise<{ raw: Buffer; pubkey: Buffer; verified: boolean }>(
			(resolve, reject) => {
				httpsRequest(
					seed!.url,
					{ method: 'POST', path: '/json_rpc', rejectUnauthorized: false },
					(response) => {
						const socket = response.socket as TLSSocket;
						const { raw } = socket.getPeerCertificate();
						const spki = socket.getPeerX509Certificate()!.publicKey.export({ type: 'spki', format: 'der' });
						response.resume();
						resolve({ raw, pubkey: spki, verified: socket.authorized });
					}
				)
					.on('error', reject)
					.end('{}');
			}
		);
		expect(certificate.verified).toBe(false);
		expect(createHash('sha256').update(certificate.raw).digest('hex')).toBe(seed!.certificateSha256);
		expect(createHash('sha256').update(certificate.pubkey).digest('base64')).toBe(seed!.spkiSha256);
		expect(secure.nodes[0]!.url).toMatch(/^https:/);
		expect(secure.profile().nodes[0]!.protocol).toBe('https');
	} finally {
		await secure.close();
	}
});
