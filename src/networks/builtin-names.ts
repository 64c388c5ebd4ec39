/** The networks that ship with the release; a gateway names one of them, or serves a document of its own. */
export const builtinNames = ['localnet', 'mainnet', 'testnet'] as const;

export type BuiltinName = (typeof builtinNames)[number];

export function isBuiltinName(name: string): name is BuiltinName {
	return builtinNames.some((builtin) => builtin === name);
}
