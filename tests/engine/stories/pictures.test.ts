/** Profile pictures between people, over a whole network with its file server. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountView, PictureRef, PictureView } from '../../../src/engine/api';
import { toHex } from '../../../src/protocol/bytes';
import type { Bytes } from '../../../src/protocol/types';
import { png } from '../media/samples';
import { delivered } from './at-once';
import {
	conversationRow,
	eventually,
	newPerson,
	now,
	openTab,
	openWorld,
	until,
	type Person,
	type World
} from './world';

let world: World;
beforeEach(async () => {
	world = await openWorld();
});
afterEach(() => world.close());

const FACE = png(256, 256, 'a face');

/** Two people who accepted each other, and the conversation that each has with the other. */
async function contacts() {
	const ada = await newPerson(world, 'Ada');
	const ben = await newPerson(world, 'Ben');
	const toBen = await ada.engine.openConversation(ben.account.accountId);
	await ada.engine.send(toBen, 'hello');
	await delivered(ada.engine, toBen, ben.engine);
	const { key: toAda } = await conversationRow(ben.engine, (row) => row.person.name === 'Ada', 'requests');
	// Whoever looks at a conversation polls often.
	await ada.engine.setActive(toBen);
	await ben.engine.setActive(toAda);
	return { ada, ben, toBen, toAda };
}

async function accept({ ben, ada, toAda, toBen }: Awaited<ReturnType<typeof contacts>>) {
	await ben.engine.send(toAda, 'hello Ada');
	await delivered(ben.engine, toAda, ada.engine);
	await until(ada.engine, 'conversation', toBen, (view) => view?.standing === 'contact');
}

async function setPicture({ engine }: Person, bytes: Bytes | null) {
	await engine.setPicture(bytes);
	await until(engine, 'account', null, (account) => account.pictureUpload === null);
}

function pictureOf(person: Person, conversation: Parameters<Person['engine']['setActive']>[0]) {
	return async () => {
		const view = await now(person.engine, 'conversation', conversation!);
		return view!.person.picture;
	};
}

function isRefused({ pictureUpload }: AccountView): boolean {
	return (pictureUpload?.reason ?? null) !== null;
}

async function read({ engine }: Person, ref: PictureRef | null): Promise<string | null> {
	const picture: PictureView | null = ref && (await engine.readPicture(ref));
	return picture && `${picture.type} ${toHex(picture.bytes)}`;
}

test('Ada sets a picture, Ben sees it; she changes it, he sees that; she takes it away', async () => {
	const people = await contacts();
	const { ada, ben, toBen, toAda } = people;
	await accept(people);
	await setPicture(ada, FACE);
	const mine = await now(ada.engine, 'account', null);
	expect(await read(ada, mine.picture)).toBe(`image/png ${toHex(FACE)}`);

	await ada.engine.send(toBen, 'look at me');
	const seen = await eventually(pictureOf(ben, toAda), (ref) => ref !== null);
	expect(await read(ben, seen)).toBe(`image/png ${toHex(FACE)}`);
	// What the page gets says nothing of where it lies, or of its key.
	const row = await conversationRow(ben.engine, (one) => one.key === toAda);
	expect(JSON.stringify(row)).not.toContain('/file/');
	expect(row.person).toMatchObject({ picture: seen });

	const other = png(256, 256, 'another face');
	await setPicture(ada, other);
	await ada.engine.send(toBen, 'and now');
	const changed = await eventually(pictureOf(ben, toAda), (ref) => ref !== seen);
	expect(await read(ben, changed)).toBe(`image/png ${toHex(other)}`);
	expect(await read(ben, seen)).toBeNull();

	await setPicture(ada, null);
	await ada.engine.send(toBen, 'gone');
	await eventually(pictureOf(ben, toAda), (ref) => ref === null);
	await eventually(
		() => read(ben, changed),
		(picture) => picture === null
	);
});

test('a stranger’s picture is not fetched until the request is accepted', async () => {
	const ada = await newPerson(world, 'Ada');
	const ben = await newPerson(world, 'Ben');
	await setPicture(ada, FACE);
	let exits = 0;
	const toBen = await ada.engine.openConversation(ben.account.accountId);
	world.localnet.on('onion', ({ role }) => (exits += role === 'exit' ? 1 : 0));
	await ada.engine.send(toBen, 'hello');
	const { key: toAda } = await conversationRow(ben.engine, (row) => row.person.name === 'Ada', 'requests');
	// Whoever Ben does approve is fetched at once, so by then Ada would have been too.
	const cleo = await newPerson(world, 'Cleo');
	await setPicture(cleo, png(9, 9));
	const toCleo = await ben.engine.openConversation(cleo.account.accountId);
	await ben.engine.send(toCleo, 'hello Cleo');
	const { key: fromBen } = await conversationRow(cleo.engine, (row) => row.person.name === 'Ben', 'requests');
	exits = 0;
	await cleo.engine.send(fromBen, 'hello Ben');
	await eventually(pictureOf(ben, toCleo), (ref) => ref !== null);
	expect(exits).toBe(1);
	expect(await pictureOf(ben, toAda)()).toBeNull();

	await ben.engine.acceptRequest(toAda);
	expect(await read(ben, await eventually(pictureOf(ben, toAda), (ref) => ref !== null))).not.toBeNull();
});

test('changed bytes are refused, and everything else goes on', async () => {
	const people = await contacts();
	const { ada, ben, toBen, toAda } = people;
	await accept(people);
	await setPicture(ada, FACE);
	world.localnet.fileServer.faults.wrongBytes();
	let asked = 0;
	world.localnet.on('onion', ({ role }) => (asked += role === 'exit' ? 1 : 0));
	await ada.engine.send(toBen, 'look at me');
	await eventually(
		() => asked,
		(times) => times === 1
	);
	await ada.engine.send(toBen, 'do you see it?');
	await until(ben.engine, 'conversation', toAda, (view) => view?.preview?.text === 'do you see it?');
	expect(await pictureOf(ben, toAda)()).toBeNull();
	// The same file will never be better.
	expect(asked).toBe(1);

	// Another picture is another chance.
	await world.localnet.fileServer.faults.heal();
	await setPicture(ada, png(256, 256, 'once more'));
	await ada.engine.send(toBen, 'again');
	expect(await read(ben, await eventually(pictureOf(ben, toAda), (ref) => ref !== null))).not.toBeNull();
});

test('a server that is down holds up nothing but the picture, which goes when it is back', async () => {
	const people = await contacts();
	const { ada, ben, toBen, toAda } = people;
	await accept(people);
	await world.localnet.fileServer.faults.kill();
	await ada.engine.setPicture(FACE);
	const waiting = await until(ada.engine, 'account', null, isRefused);
	expect(waiting.pictureUpload).toEqual({ reason: 'server-unreachable' });
	expect(await read(ada, waiting.picture)).toBe(`image/png ${toHex(FACE)}`);
	await ada.engine.send(toBen, 'still talking');
	await until(ben.engine, 'conversation', toAda, (view) => view?.preview?.text === 'still talking');

	await world.localnet.fileServer.faults.revive();
	await until(ada.engine, 'account', null, (account) => account.pictureUpload === null, 30_000);

	// Nor does it hold up anything of whoever would fetch it: they try again later.
	await world.localnet.fileServer.faults.kill();
	await ada.engine.send(toBen, 'now');
	await until(ben.engine, 'conversation', toAda, (view) => view?.preview?.text === 'now');
	const failed = async () => (await ben.engine.exportLog()).includes('"picture-failed"');
	await eventually(failed, (known) => known, 30_000);
	expect(await pictureOf(ben, toAda)()).toBeNull();
	await world.localnet.fileServer.faults.revive();
	await eventually(pictureOf(ben, toAda), (ref) => ref !== null, 30_000);
});

test('a tab that dies while the picture is on its way sends it when it is opened again', async () => {
	const ada = await newPerson(world, 'Ada');
	world.localnet.fileServer.faults.slow(60_000);
	await ada.engine.setPicture(FACE);
	await until(ada.engine, 'account', null, (account) => account.picture !== null);
	ada.tab.kill();
	world.localnet.fileServer.faults.slow(0);
	const again = await openTab(ada.browser);
	const account = await until(again.engine, 'account', null, ({ pictureUpload }) => pictureUpload === null);
	expect(await read({ ...ada, engine: again.engine }, account.picture)).toBe(`image/png ${toHex(FACE)}`);
	expect(world.localnet.fileServer.faults.count()).toBe(1);
});

test('a full server is said to be full, and another may be chosen', async () => {
	const ada = await newPerson(world, 'Ada');
	const { localnet } = world;
	localnet.fileServer.faults.refuseUploads(507);
	await ada.engine.setPicture(FACE);
	const told = await until(ada.engine, 'account', null, isRefused);
	expect(told.pictureUpload?.reason).toBe('server-refused');

	const other = await openWorld({ seed: 'another-network' });
	try {
		const { url, ed25519 } = other.localnet.fileServer;
		expect(await ada.engine.fileServer()).toEqual({ chosen: false, url: localnet.fileServer.url, key: null });
		const wrong = ada.engine.setFileServer({ url, key: toHex(localnet.fileServer.ed25519) });
		await expect(wrong).rejects.toMatchObject({ code: 'server-unreachable' });
		await ada.engine.setFileServer({ url, key: toHex(ed25519) });
		expect(await ada.engine.fileServer()).toEqual({ chosen: true, url, key: toHex(ed25519) });
		await until(ada.engine, 'account', null, (account) => account.pictureUpload === null);
		expect(other.localnet.fileServer.faults.count()).toBe(1);

		// Whoever hears of it finds it there, since the link says whose server it is.
		const people = { ada, ben: await newPerson(world, 'Ben') };
		const toBen = await ada.engine.openConversation(people.ben.account.accountId);
		await ada.engine.send(toBen, 'hello');
		const row = await conversationRow(people.ben.engine, ({ person }) => person.name === 'Ada', 'requests');
		await people.ben.engine.acceptRequest(row.key);
		await eventually(pictureOf(people.ben, row.key), (ref) => ref !== null);

		await ada.engine.setFileServer(null);
		expect(await ada.engine.fileServer()).toMatchObject({ chosen: false });
	} finally {
		await other.close();
	}
});

test('deleting a conversation keeps the face of the contact', async () => {
	const people = await contacts();
	const { ada, ben, toBen, toAda } = people;
	await accept(people);
	await setPicture(ada, FACE);
	await ada.engine.send(toBen, 'look at me');
	const seen = await eventually(pictureOf(ben, toAda), (ref) => ref !== null);
	await ben.engine.deleteConversation(toAda);
	expect(await read(ben, seen)).not.toBeNull();
	expect(await pictureOf(ben, toAda)()).toBe(seen);
});
