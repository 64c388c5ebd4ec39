/** Spares a story the waits between polls and pushes: as when people look away and back, or their connection comes back. */
import type { ConversationKey, Engine } from '../../../src/engine/api';
import { eventually, pause, until } from './world';

/** What lies in the swarm is fetched now. */
export async function pollNow(engine: Engine): Promise<void> {
	await engine.setVisible(false);
	await engine.setVisible(true);
}

/** And what was changed here is pushed. */
export async function syncNow(engine: Engine): Promise<void> {
	await pollNow(engine);
	await engine.setOnline(true);
}

/** Waits until what was written last has left, and whoever it is for asks for it. */
export async function delivered(from: Engine, conversation: ConversationKey, to: Engine): Promise<void> {
	await until(from, 'conversation', conversation, (view) => view?.preview?.state === 'sent');
	await pollNow(to);
}

/** Makes a change that other devices hear of, and waits until the swarm has it. */
export async function pushed(engine: Engine, change: () => Promise<unknown>): Promise<void> {
	const before = await pushes(engine);
	await change();
	await engine.setOnline(true);
	await eventually(
		() => pushes(engine),
		(count) => count > before
	);
}

/** Waits until nothing more is pushed: what several changes in a row began is over. */
export async function settled(engine: Engine): Promise<void> {
	let before = -1;
	for (let count = 0; count === 0 || count !== before; count = await pushes(engine)) {
		before = await pushes(engine);
		await engine.setOnline(true);
		await pause(2_000);
	}
}

/** How often this device has stored its documents. */
async function pushes(engine: Engine): Promise<number> {
	return (await engine.exportLog()).split('"push-confirmed"').length - 1;
}
