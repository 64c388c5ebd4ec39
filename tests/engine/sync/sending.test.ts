import { expect, test } from 'vitest';
import type { AccountDatabase } from '../../../src/engine/storage/types';
import { createLog } from '../../../src/engine/log';
import { applyArrivals } from '../../../src/engine/sync/apply';
import { openItem } from '../../../src/engine/sync/open-batch';
import { acceptRequest, sendText } from '../../../src/engine/sync/sending';
import type { Content } from '../../../src/protocol/protobuf/content';
import type { NetworkTime } from '../../../src/protocol/types';
import { openFresh } from '../storage/fixture';
import { ada, bob, NOW, random, stored } from './people';

const log = createLog(() => 0);
const text = (body: string): Content => ({ dataMessage: { body } });
const copy = (body: string): Content => ({ dataMessage: { body, syncTarget: bob.accountId } });

async function atAda() {
	const { db } = await openFresh();
	const profile = { displayName: 'Ada', updatedSeconds: 7, picture: null, noteToSelf: '' };
	await db.write((tx) => tx.meta.put('profile', profile));
	const clock = { now: () => NOW as NetworkTime };
	return { db, sending: { db, clock, sender: { identity: ada, random } } };
}

async function receive(db: AccountDatabase, content: Content, from: typeof ada, at: number): Promise<void> {
	const { arrival } = openItem(stored(from, ada, content, at), ada, { now: NOW, nodeTime: NOW }, log);
	await db.write((tx) => applyArrivals(tx, [arrival!], { self: ada.accountId, random, now: NOW }));
}

test('a message written in the millisecond of one that another device sent takes the next one', async () => {
	const { db, sending } = await atAda();
	await receive(db, copy('from my phone'), ada, NOW);
	await receive(db, copy('and this'), ada, NOW + 1);
	const { key } = (await db.read((tx) => tx.conversations.byAccount(bob.accountId)))!;
	await sendText(sending, key, 'from here');
	await sendText(sending, key, 'once more');
	const rows = await db.read((tx) => tx.messages.after(key, null, 10));
	expect(rows.map((row) => !('damaged' in row) && [row.sentAt - NOW, row.content])).toEqual([
		[0, { kind: 'text', body: 'from my phone' }],
		[1, { kind: 'text', body: 'and this' }],
		[2, { kind: 'text', body: 'from here' }],
		[3, { kind: 'text', body: 'once more' }]
	]);
	const jobs = await db.read((tx) => tx.outbox.all());
	expect(jobs.map(({ timestamp }) => timestamp - NOW)).toEqual([2, 2, 3, 3]);
});

test.each(['an acceptance', 'an answer'])('%s gives way as well, with what belongs to it', async (what) => {
	const { db, sending } = await atAda();
	await receive(db, text('May I?'), bob, NOW - 1_000);
	const { key } = (await db.read((tx) => tx.conversations.byAccount(bob.accountId)))!;
	// Written elsewhere, while this device does not know yet that it counts as an acceptance.
	for (const at of [NOW, NOW + 101]) {
		await receive(db, copy(`at ${at}`), ada, at);
	}
	await db.write(async (tx) => {
		const record = (await tx.conversations.get(key))!;
		await tx.conversations.put({ ...record, approved: false });
	});
	if (what === 'an answer') await sendText(sending, key, 'yes');
	else await acceptRequest(sending, key);
	const own = await db.read((tx) => tx.messages.after(key, null, 10));
	const times = own.flatMap((row) => ('damaged' in row || !row.mine ? [] : [row.sentAt - NOW]));
	expect(times).toEqual(what === 'an answer' ? [0, 101, 202, 302] : [0, 1, 101]);
});
