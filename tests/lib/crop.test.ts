import { describe, expect, test } from 'vitest';
import { dragged, outputSide, squareOf, WHOLE, zoomed } from '../../src/lib/settings/crop';

const wide = { width: 1200, height: 800 };

describe('the square that is cut out', () => {
	test('is as large as fits, from the middle, to begin with', () => {
		expect(squareOf(wide, WHOLE)).toEqual({ x: 200, y: 0, side: 800 });
	});

	test('follows the finger, and stops at the edge', () => {
		const moved = dragged(wide, WHOLE, 0.1, 0.1);
		expect(squareOf(wide, moved)).toEqual({ x: 120, y: 0, side: 800 });
		expect(squareOf(wide, dragged(wide, WHOLE, 9, 9))).toEqual({ x: 0, y: 0, side: 800 });
		expect(squareOf(wide, dragged(wide, WHOLE, -9, -9))).toEqual({ x: 400, y: 0, side: 800 });
	});

	test('comes closer around the middle of what is seen, and goes back to the whole', () => {
		const near = zoomed(wide, WHOLE, 2);
		expect(squareOf(wide, near)).toEqual({ x: 400, y: 200, side: 400 });
		expect(squareOf(wide, zoomed(wide, near, 1))).toEqual({ x: 200, y: 0, side: 800 });
		expect(zoomed(wide, WHOLE, 99).zoom).toBe(4);
		expect(zoomed(wide, WHOLE, 0).zoom).toBe(1);
	});

	test('never leaves the picture', () => {
		const corner = zoomed(wide, dragged(wide, zoomed(wide, WHOLE, 4), -9, -9), 1.5);
		const { x, y, side } = squareOf(wide, corner);
		expect(x + side).toBeLessThanOrEqual(wide.width);
		expect(y + side).toBeLessThanOrEqual(wide.height);
	});

	test('is made smaller for sending, never larger', () => {
		expect(outputSide({ x: 0, y: 0, side: 4_000 })).toBe(640);
		expect(outputSide({ x: 0, y: 0, side: 99.6 })).toBe(100);
	});
});
