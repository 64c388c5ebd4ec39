import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outgoingBody, receivedBody } from '../../../src/engine/conversations/body';
import { saidName, saidPicture, withProfile } from '../../../src/engine/conversations/profiles';
import { isUnread, newestFacts, withNewest } from '../../../src/engine/conversations/records';
import { isListed, standingOf } from '../../../src/engine/conversations/standing';
import {
	afterIWrote,
	blocked,
	emptied,
	iApproved,
	owesAcceptance,
	theyApproved,
	unblocked
} from '../../../src/engine/conversations/transitions';
import { localTime, messageView, messageViews } from '../../../src/engine/feeds/views';
import type { AccountId } from '../../../src/protocol/types';
import { ADA, conversation, message } from '../storage/fixture';

const SELF = `05${'5e'.repeat(32)}` as AccountId;
const fresh = conversation({ approved: false, approvedMe: false, priority: -1 });

describe('message requests', () => {
	test('a first message is an outgoing request until they answer', () => {
		const written = afterIWrote(fresh);
		expect(standingOf(written, SELF)).toBe('outgoing-request');
		expect(isListed(written)).toBe(true);
		expect(standingOf(theyApproved(written), SELF)).toBe('contact');
	});

	test('a message from a stranger is an incoming request until I answer', () => {
		const heard = theyApproved(fresh);
		expect(standingOf(heard, SELF)).toBe('incoming-request');
		expect(owesAcceptance(heard)).toBe(true);
		const answered = afterIWrote(heard);
		expect(standingOf(answered, SELF)).toBe('contact');
		expect(owesAcceptance(answered)).toBe(false);
	});

	test('an acceptance alone brings nobody into a list', () => {
		expect(isListed(theyApproved(fresh))).toBe(false);
	});

	test('blocking hides and unblocking gives back what was', () => {
		const contact = theyApproved(afterIWrote(fresh));
		expect(standingOf(blocked(contact), SELF)).toBe('blocked');
		expect(isListed(blocked(contact))).toBe(false);
		expect(owesAcceptance(blocked(theyApproved(fresh)))).toBe(false);
		expect(unblocked(blocked(contact))).toEqual(contact);
	});

	test('an emptied conversation keeps the standing and shows only for a draft', () => {
		const contact = emptied(theyApproved(afterIWrote(fresh)));
		expect(standingOf(contact, SELF)).toBe('contact');
		expect(isListed(contact)).toBe(false);
		expect(isListed({ ...contact, draft: 'hm' })).toBe(true);
	});

	test('a note to self is never a request', () => {
		expect(standingOf(conversation({ accountId: SELF, approved: false }), SELF)).toBe('note');
	});

	test('the order of what was said does not matter', () => {
		const acts = [afterIWrote, iApproved, theyApproved];
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1 }),
				fc.infiniteStream(fc.nat()),
				(said, more) => {
					const inOrder = said.reduce((record, at) => acts[at]!(record), fresh);
					const again = [...said, ...said].sort(() => ((more.next().value as number) % 3) - 1);
					expect(again.reduce((record, at) => acts[at]!(record), fresh)).toEqual(inOrder);
				}
			)
		);
	});
});

/** A profile without a picture. */
function said(displayName: string, updatedSeconds: number) {
	return { displayName, picture: null, updatedSeconds };
}

describe('names', () => {
	test('the newer profile wins, an equal or older one does not', () => {
		const named = withProfile(conversation({ displayName: '' }), said('A', 10));
		expect(withProfile(named, said('B', 11)).displayName).toBe('B');
		expect(withProfile(named, said('B', 10)).displayName).toBe('A');
		expect(withProfile(named, said('B', 0)).displayName).toBe('A');
	});

	test('a picture comes and goes with the profile that names it', () => {
		const picture = { url: 'http://files.example/file/1', key: new Uint8Array(32) };
		const pictured = withProfile(conversation(), { ...said('A', 10), picture });
		expect(pictured.picture).toEqual(picture);
		expect(withProfile(pictured, said('A', 9)).picture).toEqual(picture);
		expect(withProfile(pictured, said('A', 11)).picture).toBeNull();
	});

	test('an address without a key, a key without an address, and what configs cannot hold is no picture', () => {
		const key = new Uint8Array(32);
		expect(saidPicture('http://files.example/file/1', key)).not.toBeNull();
		expect(saidPicture('http://files.example/file/1', new Uint8Array())).toBeNull();
		expect(saidPicture('', key)).toBeNull();
		expect(saidPicture(`http://files.example/file/${'1'.repeat(200)}`, key)).toBeNull();
	});

	test('without any time on either side the last one heard wins', () => {
		const named = withProfile(conversation(), said('A', 0));
		expect(withProfile(named, said('B', 0)).displayName).toBe('B');
	});

	test('are cut to a hundred bytes, and blank ones are none', () => {
		expect(saidName('é'.repeat(80))).toBe('é'.repeat(50));
		expect(saidName(' \u200b\n ')).toBeNull();
	});
});

describe('bodies', () => {
	test('are trimmed, and counted in code points', () => {
		expect(outgoingBody(' \n hello \n\n')).toBe('hello');
		expect(outgoingBody('👩‍🚀'.repeat(600))).toHaveLength(3000);
		expect(() => outgoingBody('x'.repeat(2001))).toThrow(
			expect.objectContaining({ code: 'too-large', detail: { limit: 2000, actual: 2001 } })
		);
		expect(() => outgoingBody('\u2003')).toThrow(expect.objectContaining({ code: 'empty' }));
	});

	test('are well-formed whatever was typed', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (text) => {
				const lone = `a${text}\ud800`;
				const body = outgoingBody(lone);
				expect(new TextDecoder().decode(new TextEncoder().encode(body))).toBe(body);
			})
		);
	});

	test('received are cut at ten thousand code points, never inside one', () => {
		const long = '🐑'.repeat(10_500);
		expect(receivedBody(long)).toBe('🐑'.repeat(10_000));
		expect(receivedBody('x'.repeat(9_000))).toHaveLength(9_000);
	});
});

describe('what leads the list', () => {
	test('is the latest message that was spoken', () => {
		const first = withNewest(conversation(), message(5));
		expect(withNewest(first, message(4)).newest?.preview).toBe('message 5');
		expect(withNewest(first, message(6)).newest?.preview).toBe('message 6');
		const info = message(9, { content: { kind: 'request-accepted', byMe: false } });
		expect(withNewest(first, info)).toBe(first);
		expect(isUnread(info, 0)).toBe(false);
	});

	test('previews are short and end between code points', () => {
		const { preview } = newestFacts(message(1, { content: { kind: 'text', body: '🐑'.repeat(900) } }));
		expect(preview).toBe('🐑'.repeat(160));
		expect(newestFacts(message(1, { content: { kind: 'unsupported', what: 'call' } })).preview).toBe('');
	});
});

describe('views', () => {
	const context = { record: conversation({ accountId: ADA }), self: SELF, ownName: 'Me', ownPicture: null };
	const place = { order: 'a0' };

	test('name the author, also a damaged row’s time by its neighbour', () => {
		const damaged = {
			key: message(2).key,
			conversation: message(2).conversation,
			order: 'a1',
			damaged: true as const
		};
		const views = messageViews(
			[damaged, { ...message(1), ...place }, { ...message(3), order: 'a2' }, { ...damaged, order: 'a3' }],
			context
		);
		expect(views.map(({ sentAt }) => sentAt)).toEqual([
			message(1).sentAt,
			message(1).sentAt,
			message(3).sentAt,
			message(3).sentAt
		]);
		expect(views[1]?.author).toMatchObject({ accountId: ADA, name: 'Ada', named: true });
	});

	test('leave out an answer to a request that was never made', () => {
		const answer = { ...message(1, { content: { kind: 'request-accepted', byMe: false } }), ...place };
		expect(messageView(answer, context, 0)).not.toBeNull();
		const stranger = { ...context, record: conversation({ approved: false }) };
		expect(messageView(answer, stranger, 0)).toBeNull();
	});

	test('give local times in whole seconds of offset', () => {
		expect(localTime(10_000, 400)).toBe(10_000);
		expect(localTime(10_000, 2_600)).toBe(7_000);
		expect(localTime(10_000, -2_600)).toBe(13_000);
	});
});
