import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve('.');
const folders: string[] = [];
afterAll(() => {
	for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

interface Violation {
	readonly from: string;
	readonly to: string;
	readonly rule: { readonly name: string };
}

/** Which rule each wrong import of `cwd`'s src breaks, as `file: rule`. */
function brokenRules(cwd: string): readonly string[] {
	const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
	const config = path.join(root, '.dependency-cruiser.cjs');
	let report: string;
	try {
		const args = [program, 'src', '--config', config, '--output-type', 'json'];
		report = execFileSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
	} catch (error) {
		report = (error as { stdout: string }).stdout;
	}
	const { summary } = JSON.parse(report) as { summary: { violations: readonly Violation[] } };
	return summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`);
}

/** A small house with one file in each room; `imports` go into the named files, old or new. */
function house(imports: Readonly<Record<string, string>>): string {
	const folder = mkdtempSync(path.join(tmpdir(), 'sotto-arrows-'));
	folders.push(folder);
	const files: Record<string, string> = {
		'src/protocol/keys.ts': 'export const key = 1;',
		'src/networks/builtin.ts': "import { key } from '../protocol/keys';\nexport const network = key;",
		'src/engine/api.ts': 'export interface Engine { boot(): void }\nexport const value = 1;',
		'src/engine/engine.ts': "import { network } from '../networks/builtin';\nexport const engine = network;",
		'src/engine/worker.ts': "import { engine } from './engine';\nexport const worker = engine;",
		'src/gateway/gateway.ts':
			"import { network } from '../networks/builtin';\nexport const gateway = network;",
		'src/localnet/localnet.ts': "import { key } from '../protocol/keys';\nexport const localnet = key;",
		'src/lib/ui/button.ts': 'export const button = 1;',
		'src/lib/engine.svelte.ts': "import type { Engine } from '../engine/api';\nexport type Door = Engine;",
		'src/lib/chats/list.ts': "import { button } from '../ui/button';\nexport const list = button;",
		'src/routes/page.ts': "import { list } from '../lib/chats/list';\nexport const page = list;"
	};
	for (const name of new Set([...Object.keys(files), ...Object.keys(imports)])) {
		const file = path.join(folder, name);
		mkdirSync(path.dirname(file), { recursive: true });
		writeFileSync(file, `${imports[name] ?? ''}\n${files[name] ?? ''}\n`);
	}
	writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
	writeFileSync(path.join(folder, 'tsconfig.json'), '{"compilerOptions":{"moduleResolution":"bundler"}}');
	symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
	return folder;
}

describe('the dependency rule', () => {
	test('holds in this repository', () => {
		expect(brokenRules(root)).toEqual([]);
	}, 60_000);

	test('holds in a house as it should be', () => {
		expect(brokenRules(house({}))).toEqual([]);
	}, 60_000);

	describe('fails', () => {
		const wrong: readonly (readonly [file: string, line: string, rule: string])[] = [
			['src/protocol/keys.ts', "import '../engine/api';", 'protocol-stands-alone'],
			['src/protocol/random.ts', "import 'node:crypto';", 'protocol-does-no-io'],
			['src/networks/builtin.ts', "import '../gateway/gateway';", 'networks-know-protocol'],
			['src/engine/engine.ts', "import '../lib/chats/list';", 'engine-knows-protocol-and-networks'],
			['src/engine/sync.ts', "import '../localnet/localnet';", 'engine-knows-protocol-and-networks'],
			['src/gateway/gateway.ts', "import '../engine/engine';", 'gateway-knows-protocol-and-networks'],
			['src/localnet/localnet.ts', "import '../gateway/gateway';", 'localnet-knows-protocol-and-networks'],
			['src/lib/ui/button.ts', "import '../chats/list';", 'ui-knows-nothing-of-messaging'],
			['src/lib/chats/list.ts', "import '../../engine/engine';", 'lib-knows-the-door-only'],
			['src/lib/chats/row.ts', "import '../../protocol/keys';", 'lib-knows-the-door-only'],
			['src/lib/chats/call.ts', "export { value } from '../../engine/api';", 'door-is-types-only'],
			['src/lib/chats/work.ts', "import '../../engine/worker';", 'worker-by-address-only'],
			['src/routes/page.ts', "import '../engine/engine';", 'routes-know-lib-and-the-door']
		];
		let broken: readonly string[];
		beforeAll(() => {
			broken = brokenRules(house(Object.fromEntries(wrong.map(([file, line]) => [file, line]))));
		}, 60_000);

		test.each(wrong)('when %s says %s', (file, _line, rule) => {
			expect(broken).toContain(`${file}: ${rule}`);
		});
	});
});
