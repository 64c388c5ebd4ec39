import fc from 'fast-check';
import { toBytes } from '../../../src/protocol/bytes';
import { scalarSet } from '../../../src/protocol/config/tree';
import type { ConfigDict, ConfigValue, Scalar } from '../../../src/protocol/config/tree';

/** Few keys and values, so that random trees often meet in the same place. */
const key = fc.constantFrom('a', 'b', 'c');
export const anyScalar: fc.Arbitrary<Scalar> = fc.oneof(
	fc.bigInt({ min: -3n, max: 3n }),
	fc.uint8Array({ maxLength: 2, max: 3 }).map(toBytes)
);
export const anySet = fc.array(anyScalar, { minLength: 1, maxLength: 4 }).map(scalarSet);
export const anyPath = fc.array(key, { minLength: 1, maxLength: 3 });

const { tree } = fc.letrec<{ tree: ConfigDict; value: ConfigValue }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 3 },
		anyScalar,
		anySet,
		tie('tree').filter((dict) => dict.size > 0)
	),
	tree: fc.array(fc.tuple(key, tie('value')), { maxLength: 3 }).map((entries) => new Map(entries))
}));
export const anyTree: fc.Arbitrary<ConfigDict> = tree;
