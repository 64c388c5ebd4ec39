import fc from 'fast-check';
import { toHex } from '../../../src/protocol/bytes';
import { ConfigObject } from '../../../src/protocol/config/object';
import type { StoredConfig } from '../../../src/protocol/config/receive';
import { valueAt } from '../../../src/protocol/config/tree';
import type { Path, Scalar, ScalarSet } from '../../../src/protocol/config/tree';
import { blake2b } from '../../../src/protocol/keys';
import type { MessageHash } from '../../../src/protocol/types';
import { at } from '../setup';
import { anyPath, anyScalar, anySet } from './trees';

export const now = at(1_800_000_000_000);

export type Action =
	| {
			readonly do: 'edit';
			readonly device: number;
			readonly path: Path;
			readonly value: Scalar | ScalarSet | null;
	  }
	| { readonly do: 'push'; readonly device: number }
	| { readonly do: 'sync'; readonly device: number };

const device = fc.nat(4);

/** What people may do on up to five devices. */
export const anyHistory: fc.Arbitrary<{ devices: number; actions: Action[] }> = fc.record({
	devices: fc.integer({ min: 2, max: 5 }),
	actions: fc.array(
		fc.oneof(
			{
				weight: 4,
				arbitrary: fc.record({
					do: fc.constant('edit' as const),
					device,
					path: anyPath,
					value: fc.option(fc.oneof(anyScalar, anySet), { freq: 6 })
				})
			},
			{ weight: 4, arbitrary: fc.record({ do: fc.constant('push' as const), device }) },
			{ weight: 2, arbitrary: fc.record({ do: fc.constant('sync' as const), device }) }
		),
		{ minLength: 10, maxLength: 40, size: 'max' }
	)
});

/** Devices of one account around one swarm, which never forgets. */
export class World {
	readonly devices: ConfigObject[];
	readonly stored: StoredConfig[] = [];

	constructor(count: number) {
		this.devices = Array.from({ length: count }, () => newDevice());
	}

	run(actions: readonly Action[]): void {
		for (const action of actions) {
			const config = this.devices[action.device % this.devices.length]!;
			if (action.do === 'edit') edit(config, action.path, action.value);
			else if (action.do === 'push') this.push(config);
			else config.merge(this.stored, now);
			this.keepWithinWindow();
		}
	}

	push(config: ConfigObject): void {
		if (!config.needsPush) return;
		const { seqno, messages } = config.push(now);
		const hashes = messages.map((data) => {
			const hash = toHex(blake2b(32, data)) as MessageHash;
			if (!this.stored.some((one) => one.hash === hash)) this.stored.push({ hash, data });
			return hash;
		});
		config.confirm(seqno, hashes);
	}

	/** Branches five versions behind are lost, which is not what these histories are about. */
	private keepWithinWindow(): void {
		const newest = Math.max(...this.devices.map((config) => config.seqno));
		for (const config of this.devices) {
			if (config.seqno < newest - 2) {
				config.merge(this.stored, now);
				this.push(config);
			}
		}
	}
}

/** Neither wrapped nor signed, which has its own tests and takes nearly all the time. */
export function newDevice(): ConfigObject {
	return new ConfigObject({
		kind: { namespace: 2, domain: 'Test' },
		keys: [new Uint8Array(32).fill(7)],
		account: undefined,
		signing: undefined
	});
}

function edit(config: ConfigObject, path: Path, value: Scalar | ScalarSet | null): void {
	if (value === null) {
		if (valueAt(config.data, path) !== undefined) config.remove(path);
	} else config.set(path, value);
}

/** What a device says, and the bytes it would store. */
export function shown(config: ConfigObject): unknown {
	return { data: config.data, bytes: config.push(now).messages.map(toHex) };
}
