import { test as base } from '@playwright/test';
import type * as gatewayModule from '../../src/gateway/gateway';
import { oneMachineLimits } from '../../src/gateway/limits';
import type * as localnetModule from '../../src/localnet/localnet';

/** A network of the worker's own, with the built app in front of it. */
export interface TestNetwork {
	readonly localnet: localnetModule.Localnet;
	readonly gateway: gatewayModule.Gateway;
	/** Where the app is: http://localhost:<port>. */
	readonly url: string;
}

function load(name: string): Promise<unknown> {
	return import(new URL(`../../dist/server/${name}.js`, import.meta.url).href);
}

/** The built servers on free ports; needs `npm run build`. Close it when done. */
export async function startNetwork(): Promise<TestNetwork & { close(): Promise<void> }> {
	const { startGateway } = (await load('gateway')) as typeof gatewayModule;
	const { startLocalnet } = (await load('localnet')) as typeof localnetModule;
	const localnet = await startLocalnet({ basePort: 0 });
	const appFolder = new URL('../../build', import.meta.url).pathname;
	const gateway = await startGateway({ profile: localnet.profile(), appFolder, limits: oneMachineLimits });
	return {
		localnet,
		gateway,
		url: gateway.url,
		close: async () => {
			await gateway.close();
			await localnet.close();
		}
	};
}

/** A localnet of nodes that no other has: a custom network of its own. */
export async function startLocalnetOf(seed: string): Promise<localnetModule.Localnet> {
	const { startLocalnet } = (await load('localnet')) as typeof localnetModule;
	return startLocalnet({ basePort: 0, seed });
}

/** Another gateway before a network, with a copy of the app that a test may change. */
export async function startAppFrom(
	appFolder: string,
	localnet: Pick<localnetModule.Localnet, 'profile'>,
	port: number
): Promise<gatewayModule.Gateway> {
	const { startGateway } = (await load('gateway')) as typeof gatewayModule;
	return startGateway({ profile: localnet.profile(), appFolder, port, limits: oneMachineLimits });
}

/** Stories that want the network reach it as `network`; the pages' base URL is its app. */
export const test = base.extend<{ leaving: void }, { network: TestNetwork }>({
	// Whoever is still there goes on polling beside the stories that follow.
	leaving: [
		async ({ browser }, use) => {
			await use();
			await Promise.all(browser.contexts().map((context) => context.close()));
		},
		{ auto: true }
	],
	network: [
		// Playwright reads what a fixture needs from this pattern; this one needs nothing.
		// eslint-disable-next-line no-empty-pattern
		async ({}, use) => {
			const network = await startNetwork();
			await use(network);
			await network.close();
		},
		{ scope: 'worker' }
	],
	baseURL: async ({ network }, use) => use(network.url)
});

export { expect } from '@playwright/test';
