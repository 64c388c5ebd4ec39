/** `npm run vectors -- DIR…`: every reference vector file under the folders, by default those of tests/vectors. */
import { existsSync } from 'node:fs';
import { exceptions } from '../tests/vectors/run/exceptions';
import { allPassed, report } from '../tests/vectors/run/report';
import { runVectors } from '../tests/vectors/run/run';

const named = process.argv.slice(2);
const roots = named.length > 0 ? named : ['tests/vectors'];
const missing = roots.filter((root) => !existsSync(root));

if (missing.length > 0) {
	console.error(`no such folder: ${missing.join(', ')}`);
	process.exitCode = 2;
} else {
	const results = await runVectors(roots);
	console.log(report(results, exceptions).join('\n'));
	process.exitCode = allPassed(results) ? 0 : 1;
}
