/** The shape of every storage RPC method: parse first, so that a batch can refuse as a whole, then run. */
import type { JsonObject } from './json';
import type { NodeContext } from './node-context';
import type { Reply } from './reply';

/** A parsed request. `forwarded`: a swarm member passes it on, so it is not passed on again. */
export type Call = (node: NodeContext, forwarded: boolean) => Promise<Reply> | Reply;

export interface Method {
	readonly names: readonly string[];
	/** Swarm members pass copies of it to each other. */
	readonly forwardable: boolean;
	/** batch, sequence and ifelse: not allowed inside a batch. */
	readonly meta: boolean;
	/** Throws ParameterError. */
	parse(params: JsonObject): Call;
}

/** A method without any specialities. */
export function method(name: string, parse: Method['parse']): Method {
	return { names: [name], forwardable: false, meta: false, parse };
}

/** A method whose effect every member of the swarm must have. */
export function swarmMethod(name: string, parse: Method['parse']): Method {
	return { names: [name], forwardable: true, meta: false, parse };
}
