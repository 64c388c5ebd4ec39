import type { SeedFailure } from './seed-client';

/**
 * All that a gateway ever says of its work: counts and fixed words. There is no field that could hold an id, an
 * address, a path or a body, which is what keeps them out of logs.
 */
export type GatewayEvent =
	| { readonly event: 'nodes-refreshed'; readonly count: number }
	| { readonly event: 'nodes-kept'; readonly count: number; readonly reasons: readonly SeedFailure[] }
	| { readonly event: 'internal-error'; readonly kind: string };

export type GatewayLog = (event: GatewayEvent) => void;
