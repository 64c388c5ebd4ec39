import { Check } from './check';
import type { Exception } from './exceptions';
import { Fields } from './fields';
import type { FileCase, FileShape, Handlers } from './handler';

export interface Registry {
	readonly handlers: Handlers;
	readonly shapes: readonly FileShape[];
	readonly exceptions: readonly Exception[];
}

export interface CaseResult {
	readonly name: string;
	readonly state: 'passed' | 'failed' | 'nothing to check' | 'excepted';
	/** Of a failed case: what was wrong. */
	readonly problem?: string;
}

export interface FileResult {
	/** Path below the folder, without ending. */
	readonly file: string;
	readonly cases: readonly CaseResult[];
	readonly assertions: number;
}

/** A vector file as it was found. */
export interface VectorFile {
	readonly name: string;
	readonly value: unknown;
	readonly sibling: (name: string) => unknown;
}

/** Runs every case of one file. Never throws: a file that cannot be read at all is one failed case. */
export async function runFile(file: VectorFile, registry: Registry): Promise<FileResult> {
	let fields: Fields;
	let cases: readonly FileCase[];
	try {
		fields = new Fields(file.value, file.name);
		cases = casesOf(fields, file, registry);
		if (cases.length === 0) throw new Error('has no cases');
	} catch (error) {
		return { file: file.name, cases: [failed('(the file)', error)], assertions: 0 };
	}
	const results: CaseResult[] = [];
	let assertions = 0;
	for (const one of cases) {
		const check = new Check();
		const result = await runCase(one, check);
		results.push(excepted(result, file.name, registry.exceptions));
		assertions += check.assertions;
	}
	const unseen = fields.unseen();
	if (unseen.length > 0) results.push(failed('(the file)', unknownFields(unseen)));
	return { file: file.name, cases: results, assertions };
}

function casesOf(fields: Fields, file: VectorFile, { handlers, shapes }: Registry): readonly FileCase[] {
	const shape = shapes.find(({ recognises }) => recognises(fields.peek()));
	if (shape !== undefined) {
		return shape.cases(fields, (name) => new Fields(file.sibling(name), name));
	}
	fields.skip('source', 'description');
	return fields.list('cases').map((one, index) => flatCase(one, index, handlers));
}

function flatCase(one: Fields, index: number, handlers: Handlers): FileCase {
	const value = one.peek();
	const name = typeof value['name'] === 'string' ? value['name'] : `case ${index}`;
	one.skip('name', 'note');
	return {
		name,
		async run(check) {
			const operation = operationOf(value);
			const handler = Object.hasOwn(handlers, operation) ? handlers[operation] : undefined;
			if (handler === undefined) {
				one.rawAll();
				throw new Error(`unknown operation ${operation}`);
			}
			one.skip('cmd', 'kind');
			try {
				await handler(one, check);
				const unseen = one.unseen();
				if (unseen.length > 0) throw unknownFields(unseen);
			} finally {
				// What this case left unread was this case's failure, not the file's.
				one.rawAll();
			}
		}
	};
}

function operationOf(value: Readonly<Record<string, unknown>>): string {
	const { cmd, kind } = value;
	if (typeof cmd === 'string') return cmd;
	if (typeof kind === 'string') return `kind:${kind}`;
	return 'steps' in value ? 'steps' : '(none)';
}

async function runCase(one: FileCase, check: Check): Promise<CaseResult> {
	try {
		await one.run(check);
	} catch (error) {
		return failed(one.name, error);
	}
	if (check.assertions > 0) return { name: one.name, state: 'passed' };
	if (one.mayBeEmpty === true) return { name: one.name, state: 'nothing to check' };
	return failed(one.name, new Error('nothing was compared'));
}

/** A named exception must fail: one that passes is out of date, which is a failure too. */
function excepted(result: CaseResult, file: string, exceptions: readonly Exception[]): CaseResult {
	const named = exceptions.some((one) => file.endsWith(one.file) && one.case === result.name);
	if (!named) return result;
	if (result.state === 'failed') return { ...result, state: 'excepted' };
	return failed(result.name, new Error('is named as an exception, but passes'));
}

function unknownFields(paths: readonly string[]): Error {
	return new Error(`fields that nothing looked at: ${paths.slice(0, 5).join(', ')}`);
}

function failed(name: string, error: unknown): CaseResult {
	const problem = error instanceof Error ? `${error.message}` : String(error);
	return { name, state: 'failed', problem };
}
