/** Spares a story the waits between polls and pushes: as when people look away and back, or their connection comes back. */
import type { Engine } from '../../../src/engine/api';

/** What lies in the swarm is fetched now. */
export async function pollNow(engine: Engine): Promise<void> {
	await engine.setVisible(false);
	await engine.setVisible(true);
}

/** What was changed here is pushed now. */
export function pushNow(engine: Engine): Promise<void> {
	return engine.setOnline(true);
}
