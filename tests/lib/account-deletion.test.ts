import { beforeEach, expect, it } from 'vitest';
import type { NetworkDeletion, SnodeId } from '../../src/engine/api';
import { AccountDeletion } from '../../src/lib/settings/account-deletion.svelte';

const node = { id: 'ab'.repeat(32) as SnodeId, ip: '203.0.113.7' };
const whole: NetworkDeletion = { confirmed: [node], unconfirmed: [] };
const partly: NetworkDeletion = { confirmed: [], unconfirmed: [{ node, reason: 'silent' }] };

let said: string[];
let answer: () => Promise<NetworkDeletion>;
let remove: () => Promise<void>;
let deletion: AccountDeletion;

beforeEach(() => {
	said = [];
	answer = () => Promise.resolve(whole);
	remove = () => Promise.resolve();
	const engine = {
		deleteFromNetwork: () => {
			said.push('network');
			return answer();
		},
		keepAccount: () => {
			said.push('keep');
			return Promise.resolve();
		}
	};
	deletion = new AccountDeletion(engine, () => {
		said.push('here');
		return remove();
	});
});

it('removes what is here after every node confirmed, and not before', async () => {
	expect(await deletion.everywhere()).toBe(true);
	expect(said).toEqual(['network', 'here']);
});

it('leaves it to the person when a node did not confirm', async () => {
	answer = () => Promise.resolve(partly);
	expect(await deletion.everywhere()).toBe(false);
	expect(said).toEqual(['network']);
	expect(deletion.step).toEqual({ kind: 'partly', result: partly });
	answer = () => Promise.resolve(whole);
	expect(await deletion.everywhere()).toBe(true);
	expect(said).toEqual(['network', 'network', 'here']);
});

it('says why nobody could be asked, and deletes only here if that is wanted', async () => {
	const why = new Error('offline');
	answer = () => Promise.reject(why);
	expect(await deletion.everywhere()).toBe(false);
	expect(deletion.step).toEqual({ kind: 'failed', why });
	expect(await deletion.here()).toBe(true);
	expect(said).toEqual(['network', 'here']);
});

it('removes nothing after the person stopped, whatever the nodes say then', async () => {
	let end: (result: NetworkDeletion) => void = () => undefined;
	answer = () => new Promise((resolve) => (end = resolve));
	const asked = deletion.everywhere();
	await deletion.keep();
	expect(deletion.step).toEqual({ kind: 'choosing' });
	end(whole);
	expect(await asked).toBe(false);
	expect(said).toEqual(['network', 'keep', 'keep']);
});

it('lets the account work on when it is kept, once', async () => {
	answer = () => Promise.resolve(partly);
	await deletion.everywhere();
	await deletion.keep();
	await deletion.keep();
	expect(said).toEqual(['network', 'keep']);
});

it('comes back to the choice when this browser does not let go of its data', async () => {
	remove = () => Promise.reject(new Error('disk'));
	await expect(deletion.here()).rejects.toThrow('disk');
	expect(deletion.step).toEqual({ kind: 'choosing' });
});
