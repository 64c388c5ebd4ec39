import type { RefusalCode } from './refusal';
import { refusalCodes } from './refusal';

/** What `GET /api/health` tells: sums over everybody since the start, nothing about anyone. */
export class Counters {
	private readonly started = performance.now();
	private forwarded = 0;
	private answered = 0;
	private abandoned = 0;
	private readonly refused = new Map<RefusalCode, number>(refusalCodes.map((code) => [code, 0]));

	countForwarded(): void {
		this.forwarded += 1;
	}

	/** The node answered, whatever it said. */
	countAnswered(): void {
		this.answered += 1;
	}

	/** The client left before the answer. */
	countAbandoned(): void {
		this.abandoned += 1;
	}

	countRefused(code: RefusalCode): void {
		this.refused.set(code, (this.refused.get(code) ?? 0) + 1);
	}

	snapshot(): Record<string, unknown> {
		return {
			uptimeSeconds: Math.floor((performance.now() - this.started) / 1000),
			forwarded: this.forwarded,
			answered: this.answered,
			abandoned: this.abandoned,
			refused: Object.fromEntries(this.refused)
		};
	}
}
