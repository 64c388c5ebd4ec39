/** Why the gateway itself did not pass a request on: the only words its error answers have. */
const statuses = {
	'bad-request': 400,
	'not-found': 404,
	'unknown-node': 404,
	'too-large': 413,
	'rate-limited': 429,
	internal: 500,
	'node-unreachable': 502,
	busy: 503,
	'node-timeout': 504
} as const;

export type RefusalCode = keyof typeof statuses;

export const refusalCodes = Object.keys(statuses) as readonly RefusalCode[];

export class Refusal extends Error {
	override readonly name = 'Refusal';
	readonly status: number;
	constructor(readonly code: RefusalCode) {
		super(code);
		this.status = statuses[code];
	}
}
