/**
 * storage-server/13: how push servers subscribe. No browser can, so nothing of it is in the protocol folder; its bt
 * values, signatures and hashes are those of everything else.
 */
import { readBt } from '../../../src/protocol/bt/reader';
import { isBytes, isDict, isList, type BtDict } from '../../../src/protocol/bt/value';
import { writeBt } from '../../../src/protocol/bt/writer';
import { concat, fromUtf8, toHex, utf8 } from '../../../src/protocol/bytes';
import { ed25519FromSeed, sign, verify, x25519FromEd25519Public, parseEd25519PublicKey } from '../../../src/protocol/keys';
import * as rpc from '../../../src/protocol/storage-rpc';
import type { Bytes, Ed25519KeyPair } from '../../../src/protocol/types';
import type { Check } from './check';
import type { Fields } from './fields';
import type { FileCase, FileShape } from './handler';
import { accountOf, checkAccount } from './storage-network';

function bytesOf(dict: BtDict, key: string): Bytes | null {
	const value = dict.get(key);
	return value !== undefined && isBytes(value) ? value : null;
}

/** `MONITOR`, the id, the time, whether data is wanted, the namespaces. */
function signedText(dict: BtDict): string {
	const key = bytesOf(dict, 'P');
	const id = key === null ? toHex(bytesOf(dict, 'p') ?? new Uint8Array()) : `05${toHex(x25519FromEd25519Public(parseEd25519PublicKey(key)))}`;
	const namespaces = dict.get('n');
	const list = namespaces !== undefined && isList(namespaces) ? namespaces.map(String).join(',') : '';
	return `MONITOR${id}${Number(dict.get('t'))}${dict.get('d') === 1n ? '1' : '0'}${list}`;
}

function checkSubscription(
	dict: BtDict,
	recorded: string | null,
	accepted: boolean,
	pairs: readonly Ed25519KeyPair[],
	check: Check
): void {
	const text = signedText(dict);
	if (recorded !== null) check.same(text, recorded, 'signed_string');
	const signature = bytesOf(dict, 's') ?? new Uint8Array();
	const token = bytesOf(dict, 'T');
	const key = token?.slice(4) ?? bytesOf(dict, 'P') ?? bytesOf(dict, 'p')?.slice(1) ?? new Uint8Array();
	check.same(verify(signature, utf8(text), key) || !accepted, true, 'signature');
	const pair = pairs.find(({ publicKey }) => toHex(publicKey) === toHex(key));
	if (accepted && pair !== undefined) check.bytes(sign(utf8(text), pair.secretKey), signature, 'signature');
	const owner = bytesOf(dict, 'p')?.slice(1);
	if (token !== null && owner !== undefined) {
		check.holds(verify(bytesOf(dict, 'S') ?? new Uint8Array(), token, owner), 'signature of the token');
	}
}

function checkMonitor(one: Fields, request: Bytes, pairs: readonly Ed25519KeyPair[], check: Check): void {
	const [reply] = one.hexes('reply_parts_hex');
	if (reply === undefined) throw new Error('no reply');
	const answer = readBt(reply);
	check.bytes(writeBt(answer), reply, 'the reply written again');
	const value = request[0] === 0x64 || request[0] === 0x6c ? readBt(request) : null;
	if (value === null) return;
	check.bytes(writeBt(value), request, 'the request written again');
	const [asked, answered] = [isList(value) ? value : [value], isList(answer) ? answer : [answer]];
	const recorded = one.has('signed_string') ? one.text('signed_string') : null;
	for (const [index, subscription] of asked.entries()) {
		const result = answered[index];
		if (!isDict(subscription) || result === undefined || !isDict(result)) throw new Error('no subscription');
		checkSubscription(subscription, recorded, result.get('success') === 1n, pairs, check);
	}
}

/** A call in bt form: raw bytes where JSON has base64. */
function checkStorage(one: Fields, request: Bytes, check: Check): void {
	const parts = one.hexes('reply_parts_hex');
	const reply = parts.at(-1);
	if (reply === undefined) throw new Error('no reply');
	if (request.length > 0) check.bytes(writeBt(readBt(request)), request, 'the request written again');
	if (reply[0] === 0x7b) rpc.parseInfo(JSON.parse(fromUtf8(reply)));
	if (reply[0] !== 0x64) return;
	const answer = readBt(reply);
	check.bytes(writeBt(answer), reply, 'the reply written again');
	const call = readBt(request);
	if (!isDict(answer) || !isDict(call)) throw new Error('no dict');
	const swarm = answer.get('swarm');
	const [account, data] = [bytesOf(call, 'pubkey'), bytesOf(call, 'data')];
	if (swarm === undefined || !isDict(swarm) || account === null || data === null) return;
	const hash = rpc.messageHash(toHex(account), Number(call.get('namespace') ?? 0), data);
	for (const [node, entry] of swarm) {
		if (!isDict(entry)) throw new Error('no entry');
		check.bytes(bytesOf(entry, 'hash') ?? new Uint8Array(), utf8(hash), 'hash');
		const key = Buffer.from(node, 'hex');
		check.holds(verify(bytesOf(entry, 'signature') ?? new Uint8Array(), utf8(hash), key), 'signature of a node');
	}
}

function checkNotification(part: Bytes, check: Check): void {
	const dict = readBt(part);
	if (!isDict(dict)) throw new Error('no dict');
	check.bytes(writeBt(dict), part, 'the notification written again');
	const [account, data] = [bytesOf(dict, '@'), bytesOf(dict, '~')];
	if (account === null || data === null) throw new Error('no message in the notification');
	const hash = rpc.messageHash(toHex(account), Number(dict.get('n')), data);
	check.bytes(bytesOf(dict, 'h') ?? new Uint8Array(), utf8(hash), 'hash');
}

export const monitor: FileShape = {
	recognises: (file) => 'notifications_hex' in file,
	cases(file) {
		file.skip('description', 'notifications_text');
		const accounts = file.list('accounts');
		const pairs = accounts.map((account) => ed25519FromSeed(account.hex('seed')));
		const [first] = accounts.map(accountOf);
		return [
			...accounts.map((account): FileCase => ({
				name: account.text('label'),
				run: (check) => checkAccount(account, check)
			})),
			...file.list('cases').map((one): FileCase => ({
				name: one.text('name'),
				run(check) {
					// The text repeats the hex, as far as it is text.
					one.skip('reply_ok', 'reply_parts_text');
					const request = concat(one.hex('request_hex'));
					if (one.text('endpoint') === 'monitor.messages') checkMonitor(one, request, pairs, check);
					else checkStorage(one, request, check);
				},
				mayBeEmpty: true
			})),
			...file.list('then_stored').map((one, index): FileCase => ({
				name: `then stored ${index}`,
				run(check) {
					const hash = rpc.messageHash(first?.id ?? '', one.number('namespace'), utf8(one.text('data')));
					check.same(hash, one.text('hash'), 'hash');
				}
			})),
			{
				name: 'notifications',
				run(check) {
					const parts = (file.raw('notifications_hex') as string[][]).flat();
					for (const part of parts) checkNotification(new Uint8Array(Buffer.from(part, 'hex')), check);
				}
			}
		];
	}
};
