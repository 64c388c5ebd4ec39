import type { ConversationKey } from '../../../src/engine/api';
import { delivered } from './at-once';
import { conversationRow, newPerson, until, type Person, type Wraps, type World } from './world';

export interface Friends {
	readonly ada: Person;
	readonly bob: Person;
	/** Their conversation, as either of them has it. */
	readonly atAda: ConversationKey;
	readonly atBob: ConversationKey;
}

/** Two people who have written to each other and read it. */
export async function friends(world: World, wraps: { ada?: Wraps; bob?: Wraps } = {}): Promise<Friends> {
	const ada = await newPerson(world, 'Ada', wraps.ada);
	const bob = await newPerson(world, 'Bob', wraps.bob);
	const atAda = await ada.engine.openConversation(bob.account.accountId);
	await ada.engine.send(atAda, 'hello Bob');
	await delivered(ada.engine, atAda, bob.engine);
	const { key: atBob } = await conversationRow(bob.engine, (row) => row.person.name === 'Ada', 'requests');
	await bob.engine.send(atBob, 'hello Ada');
	await delivered(bob.engine, atBob, ada.engine);
	await until(ada.engine, 'conversation', atAda, (view) => view?.preview?.text === 'hello Ada');
	await readAll(ada, atAda);
	return { ada, bob, atAda, atBob };
}

export async function readAll({ engine }: Pick<Person, 'engine'>, key: ConversationKey): Promise<void> {
	const page = await engine.readMessages({ conversation: key, limit: 1, at: { kind: 'latest' } });
	await engine.markRead(key, page.messages[0]!.key);
}
