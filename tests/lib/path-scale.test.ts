import { describe, expect, it } from 'vitest';
import { scaleFor } from '../../src/lib/path/path-scale';

describe('the scale under a path', () => {
	it('is 400 ms long with a tick every 10 ms while that is enough', () => {
		const scale = scaleFor(171);
		expect(scale.labels).toEqual([0, 100, 200, 300, 400]);
		expect(scale.ticks).toHaveLength(41);
		expect(scale.ticks.filter((tick) => tick.height === 7)).toHaveLength(5);
		expect(scale.ticks[5]).toEqual({ at: 0.125, height: 5 });
	});

	it.each([401, 900, 2_400, 7_000, 12_345, 59_000])('grows in round steps and always holds %i ms', (ms) => {
		const scale = scaleFor(ms);
		expect(scale.endMs).toBeGreaterThanOrEqual(ms);
		expect(scale.endMs).toBeLessThanOrEqual(ms * 2.5);
		for (const label of scale.labels) expect(label % 100).toBe(0);
	});
});
