import { describe, expect, it } from 'vitest';
import { accountIdGlimpse, readAddress } from '../../src/lib/identity/account-id';
import { NewMessage } from '../../src/lib/identity/new-message.svelte';

const id = `05${'a1f39c2e7d40b86f'.repeat(4)}`;

describe('what is typed into "New message"', () => {
	it.each([
		['', 'empty'],
		['  \n', 'empty'],
		[id, 'account-id'],
		[`  ${id.toUpperCase()}\n`, 'account-id'],
		['ada', 'name'],
		['cafe', 'name'],
		['Ada_L-1', 'name']
	])('reads %j as %s', (text, kind) => {
		expect(readAddress(text).kind).toBe(kind);
	});

	it('reads an Account ID that was copied in groups', () => {
		const groups = `${id.slice(0, 2)} ${id.slice(2).replace(/.{16}/gu, '$&\n')}`;
		expect(readAddress(groups)).toEqual({ kind: 'account-id', id });
	});

	it.each([
		[id.slice(0, 65), 'too-short'],
		[`${id}0`, 'too-long'],
		[`15${id.slice(2)}`, 'blinded'],
		[`25${id.slice(2)}`, 'blinded'],
		[`03${id.slice(2)}`, 'group'],
		[`06${id.slice(2)}`, 'prefix'],
		[`${id.slice(0, 65)}g`, 'not-hex'],
		['ada l', 'name-shape'],
		['-ada', 'name-shape'],
		['ada@example', 'name-shape']
	])('says of %s: %s', (text, problem) => {
		expect(readAddress(text)).toMatchObject({ kind: 'problem', problem });
	});

	it('shows the first and the last groups of an id in passing', () => {
		expect(accountIdGlimpse(id)).toBe('05a1 f39c … 7d40 b86f');
	});
});

describe('the form', () => {
	const form = (open: (input: string) => Promise<never>) =>
		new NewMessage(
			{ openConversation: open },
			() => id,
			(error) => (error as { code: 'unknown-name' }).code
		);
	const refuse = (): Promise<never> => Promise.reject(Object.assign(new Error(), { code: 'unknown-name' }));

	it('does not scold an id that is still being typed, but says so when it is put in whole', () => {
		const typed = form(refuse);
		typed.write(id.slice(0, 40));
		expect(typed.problem).toBeUndefined();
		typed.put(id.slice(0, 40));
		expect(typed.problem).toContain('40 of 66');
	});

	it('knows my own id', () => {
		const own = form(refuse);
		own.write(id);
		expect(own.own).toBe(true);
	});

	it('says what the engine refused until something else is written', async () => {
		const unknown = form(refuse);
		unknown.write('nobody');
		expect(await unknown.open()).toBeNull();
		expect(unknown.problem).toContain('nobody');
		unknown.write('nobody2');
		expect(unknown.problem).toBeUndefined();
	});
});
