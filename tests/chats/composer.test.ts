import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ConversationKey, MessageKey } from '../../src/engine/api';
import { Composer } from '../../src/lib/composer/composer.svelte';
import { flushDrafts } from '../../src/lib/composer/drafts';

const key = 'c' as ConversationKey;

function compose(draft = '', refuse = false) {
	const drafts: string[] = [];
	const sent: string[] = [];
	const reports: unknown[] = [];
	const typing: boolean[] = [];
	const composer = new Composer(
		{
			setDraft: (_key, text) => {
				drafts.push(text);
				return Promise.resolve();
			},
			send: (_key, body) => {
				if (refuse) return Promise.reject(new Error('full'));
				sent.push(body);
				return Promise.resolve('m' as MessageKey);
			},
			setTyping: (_key, on) => {
				typing.push(on);
				return Promise.resolve();
			}
		},
		key,
		draft,
		10,
		(error) => reports.push(error)
	);
	return { composer, drafts, sent, reports, typing };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('the composer', () => {
	it('begins with the draft, stores it when writing pauses, and only when it changed', async () => {
		const { composer, drafts } = compose('Hel');
		expect(composer.text).toBe('Hel');
		composer.write('Hell');
		composer.write('Hello');
		expect(drafts).toEqual([]);
		await vi.advanceTimersByTimeAsync(1_000);
		expect(drafts).toEqual(['Hello']);
		composer.flush();
		composer.close();
		expect(drafts).toEqual(['Hello']);
	});

	it('says that somebody types at every key, and no longer when nothing is left or the conversation is', () => {
		const { composer, typing } = compose('a draft');
		composer.write('put back by the page');
		expect(typing).toEqual([]);
		composer.type('H');
		composer.type('He');
		composer.type(' ');
		composer.type('H');
		composer.close();
		expect(typing).toEqual([true, true, false, true, false]);
	});

	it('stores every open draft at once before the page goes', async () => {
		const { composer, drafts } = compose();
		composer.write('unsaved');
		await flushDrafts();
		expect(drafts).toEqual(['unsaved']);
		composer.close();
	});

	it('sends without the space around, empties the box, and lets the draft go afterwards', async () => {
		const { composer, drafts, sent } = compose('Hello');
		composer.write(' Hello \n');
		await composer.send();
		expect(sent).toEqual(['Hello']);
		expect(composer.text).toBe('');
		expect(drafts.at(-1)).toBe('');
		composer.close();
	});

	it('gives the text back when it could not be taken', async () => {
		const { composer, reports } = compose('Hello', true);
		const sending = composer.send();
		composer.write('more');
		await sending;
		expect(composer.text).toBe('Hello\nmore');
		expect(reports).toHaveLength(1);
		composer.close();
	});

	it('counts characters as people do, emoji as one, and stops at the limit', () => {
		const { composer } = compose();
		composer.write('🙂'.repeat(10));
		expect(composer.left).toBe(0);
		expect(composer.canSend).toBe(true);
		composer.write('🙂'.repeat(11));
		expect(composer.left).toBe(-1);
		expect(composer.canSend).toBe(false);
		composer.write('  \n ');
		expect(composer.canSend).toBe(false);
		composer.close();
	});
});
