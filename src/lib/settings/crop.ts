/** The square that is cut out of a picture: pure numbers, in pixels of the picture. */

export interface Size {
	readonly width: number;
	readonly height: number;
}

/** `zoom` 1 takes as much as fits; the centre is given in shares (0…1) of what it can move over. */
export interface Crop {
	readonly zoom: number;
	readonly across: number;
	readonly along: number;
}

export interface Square {
	readonly x: number;
	readonly y: number;
	readonly side: number;
}

export const MOST_ZOOM = 4;
export const WHOLE: Crop = { zoom: 1, across: 0.5, along: 0.5 };
/** What is sent has no more pixels than this on a side. */
const MOST_SIDE = 640;

export function squareOf({ width, height }: Size, { zoom, across, along }: Crop): Square {
	const side = Math.min(width, height) / zoom;
	return { x: (width - side) * across, y: (height - side) * along, side };
}

/** After the picture was dragged by so many shares of the square's side: it follows the finger. */
export function dragged(size: Size, crop: Crop, dx: number, dy: number): Crop {
	const { side } = squareOf(size, crop);
	const move = (share: number, room: number, by: number) =>
		room <= 0 ? share : clamp(share - (by * side) / room, 0, 1);
	return {
		zoom: crop.zoom,
		across: move(crop.across, size.width - side, dx),
		along: move(crop.along, size.height - side, dy)
	};
}

/** Closer or further, around the middle of what is seen. */
export function zoomed(size: Size, crop: Crop, zoom: number): Crop {
	const before = squareOf(size, crop);
	const next = { ...crop, zoom: clamp(zoom, 1, MOST_ZOOM) };
	const { side } = squareOf(size, next);
	const keep = (start: number, whole: number, share: number) => {
		const room = whole - side;
		return room <= 0 ? share : clamp((start + (before.side - side) / 2) / room, 0, 1);
	};
	return {
		...next,
		across: keep(before.x, size.width, crop.across),
		along: keep(before.y, size.height, crop.along)
	};
}

/** Small pictures are never blown up. */
export function outputSide({ side }: Square): number {
	return Math.max(1, Math.min(MOST_SIDE, Math.round(side)));
}

function clamp(value: number, low: number, high: number): number {
	return Math.min(high, Math.max(low, value));
}
