/** The engine in its worker: the page talks to it through Comlink and gets nothing else. */
import { expose, proxy, releaseProxy, transferHandlers } from 'comlink';
import type { ProxyMarked } from 'comlink';
import type { Engine } from './api';
import { createBrowserPlatform } from './browser-platform';
import { createEngine } from './engine';
import { EngineError } from './errors';

const engine = createEngine(createBrowserPlatform());

/** Errors cross as plain data; the page's end of the door makes its own error of them. */
const throwing = transferHandlers.get('throw');
if (throwing !== undefined) {
	transferHandlers.set('throw', {
		canHandle: (value): value is unknown => throwing.canHandle(value),
		serialize: (thrown) => [plainError(thrown), []],
		deserialize: (carried) => {
			throw new EngineError('internal', {}, { cause: carried });
		}
	});
}

function plainError(thrown: unknown): { name: 'EngineError'; code: string; detail: object } {
	const value = typeof thrown === 'object' && thrown !== null && 'value' in thrown ? thrown.value : thrown;
	const error = value instanceof EngineError ? value : new EngineError('internal');
	return { name: error.name, code: error.code, detail: { ...error.detail } };
}

/** A listener is a function in the page, and the end of its watch is one here. */
const watch: Engine['watch'] = async (feed, args, listener) => {
	const unwatch = await engine.watch(feed, args, (value) => listener(value));
	return proxy(() => {
		unwatch();
		release(listener);
	});
};

function release(listener: object): void {
	const remote = listener as Partial<ProxyMarked> & { [releaseProxy]?: () => void };
	remote[releaseProxy]?.();
}

expose({ ...engine, watch });
