import { sodiumReady } from '../../../src/protocol/sodium';
import { startZstd } from '../../../src/protocol/zstd';
import { exceptions } from './exceptions';
import { findVectorFiles } from './find-files';
import { handlers, shapes } from './registry';
import { runFile, type FileResult, type Registry } from './run-file';

export const registry: Registry = { handlers, shapes, exceptions };

/** Runs every vector file under these folders. */
export async function runVectors(roots: readonly string[]): Promise<readonly FileResult[]> {
	await Promise.all([sodiumReady, startZstd()]);
	const results: FileResult[] = [];
	for (const root of roots) {
		for (const file of findVectorFiles(root)) results.push(await runFile(file, registry));
	}
	return results;
}
