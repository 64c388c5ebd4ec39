/** Spares a story the waits between polls and pushes: as when people look away and back, or their connection comes back. */
import type { Engine } from '../../../src/engine/api';
import { eventually } from './world';

/** What lies in the swarm is fetched now. */
export async function pollNow(engine: Engine): Promise<void> {
	await engine.setVisible(false);
	await engine.setVisible(true);
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

/** How often this device has stored its documents. */
async function pushes(engine: Engine): Promise<number> {
	return (await engine.exportLog()).split('"push-confirmed"').length - 1;
}
