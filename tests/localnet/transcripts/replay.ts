/** All transcripts, under both settings, and the report of them. */
import { replayFaults } from './faults-replay';
import { replayFileServerHttp } from './file-server-replay';
import { replayFileServerOnion } from './file-server-onion-replay';
import { replayOnionFile } from './onion-replay';
import { replayHashRows, replaySwarmRows } from './rows';
import { replayRpcFile } from './rpc-replay';
import type { FileResult } from './result';
import { SETTINGS, type Setting } from './world';

const rpc = (name: string) => (setting: Setting) => replayRpcFile(name, setting);
const onion = (name: string) => (setting: Setting) => replayOnionFile(name, setting);

/** Each from empty storage, its cases in recorded order. */
const FILES: readonly ((setting: Setting) => Promise<FileResult>)[] = [
	replaySwarmRows,
	rpc('02-http-basics'),
	rpc('03-store'),
	rpc('04-retrieve'),
	rpc('05-expire-delete'),
	rpc('06-subaccounts'),
	rpc('07-batch'),
	rpc('08-wrong-swarm'),
	onion('09-onion'),
	onion('10-onion-server-relay'),
	onion('11-onion-errors'),
	replayFaults,
	replayHashRows,
	(setting) => replayFileServerHttp('http', '2025', setting),
	(setting) => replayFileServerHttp('http-2024', '2024', setting),
	replayFileServerOnion
];

export async function replayAll(
	onFile: (result: FileResult) => void = () => undefined
): Promise<readonly FileResult[]> {
	const results: FileResult[] = [];
	for (const setting of SETTINGS) {
		for (const replay of FILES) {
			const result = await replay(setting);
			onFile(result);
			results.push(result);
		}
	}
	return results;
}
