// The arrows of docs/architecture.md. An import against an arrow fails the build.
const only = (name, from, allowed) => ({
	name,
	severity: 'error',
	from: { path: from },
	to: { path: '^src/', pathNot: allowed }
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		only('protocol-stands-alone', '^src/protocol/', '^src/protocol/'),
		only('networks-know-protocol', '^src/networks/', '^src/(networks|protocol)/'),
		only('engine-knows-protocol-and-networks', '^src/engine/', '^src/(engine|protocol|networks)/'),
		only('gateway-knows-protocol-and-networks', '^src/gateway/', '^src/(gateway|protocol|networks)/'),
		only('localnet-knows-protocol-and-networks', '^src/localnet/', '^src/(localnet|protocol|networks)/'),
		only('ui-knows-nothing-of-messaging', '^src/lib/ui/', '^src/lib/(ui|i18n)/'),
		only('lib-knows-the-door-only', '^src/lib/', '^src/(lib/|engine/(api|worker)\\.ts$)'),
		only('routes-know-lib-and-the-door', '^src/routes/', '^src/(routes|lib)/|^src/engine/api\\.ts$'),
		only('service-worker-stands-alone', '^src/service-worker\\.ts$', '^src/service-worker\\.ts$'),
		{
			name: 'door-is-types-only',
			comment: 'The page may import the types of the door, and the address of the worker, never its code.',
			severity: 'error',
			from: { path: '^src/(lib|routes)/' },
			to: { path: '^src/engine/api\\.ts$', dependencyTypesNot: ['type-only'] }
		},
		{
			name: 'worker-by-address-only',
			severity: 'error',
			from: { path: '^src/(lib|routes)/', pathNot: '^src/lib/engine\\.svelte\\.ts$' },
			to: { path: '^src/engine/worker\\.ts$' }
		},
		{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'protocol-does-no-io',
			severity: 'error',
			from: { path: '^src/(protocol|engine|networks)/' },
			to: { dependencyTypes: ['core'] }
		}
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '(^src/lib/i18n/paraglide/|\\.svelte-kit|/generated/)' },
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		enhancedResolveOptions: { extensions: ['.ts', '.js', '.svelte', '.json', '.d.ts'] }
	}
};
