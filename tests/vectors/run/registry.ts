import { handlers as attachments } from './attachments';
import { handlers as config } from './config';
import { handlers as groups } from './groups';
import * as fileServer from './file-server';
import type { FileShape, Handlers } from './handler';
import { handlers as keys } from './keys';
import { handlers as messages } from './messages';
import { handlers as onion } from './onion';
import { handlers as sessionEncryption } from './session-encryption';
import { serverOnion } from './server-onion';
import * as sogs from './sogs';
import * as storageCalls from './storage-calls';
import { monitor } from './storage-monitor';
import * as storageNetwork from './storage-network';
import { storageOnion } from './storage-onion';

/** Operations of flat cases and scenarios, of all areas. */
export const handlers: Handlers = mergeAll(attachments, keys, messages, onion, sessionEncryption, config, groups);

/** Asked in this order; a file that none of them knows is one of flat cases. */
export const shapes: readonly FileShape[] = [
	sogs.exchanges,
	sogs.keys,
	fileServer.exchanges,
	serverOnion,
	storageOnion,
	monitor,
	storageNetwork.network,
	storageNetwork.swarmMapping,
	storageNetwork.messageHashes,
	storageCalls.calls,
	storageCalls.faults
];

function mergeAll(...areas: readonly Handlers[]): Handlers {
	const all: Record<string, Handlers[string]> = {};
	for (const [operation, handler] of areas.flatMap((area) => Object.entries(area))) {
		if (all[operation] !== undefined) throw new Error(`two handlers for ${operation}`);
		all[operation] = handler;
	}
	return all;
}
