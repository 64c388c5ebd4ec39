import { outputSide, type Square } from './crop';

const QUALITY = 0.85;

/**
 * The square of a picture as a new, small file: drawn again, so nothing of the old file is left in it, neither the place
 * where it was taken nor the camera. Null when the browser cannot write one.
 */
export async function encodePicture(
	bitmap: ImageBitmap,
	square: Square
): Promise<Uint8Array<ArrayBuffer> | null> {
	const side = outputSide(square);
	const canvas = document.createElement('canvas');
	canvas.width = side;
	canvas.height = side;
	const context = canvas.getContext('2d');
	if (context === null) return null;
	context.imageSmoothingQuality = 'high';
	context.drawImage(bitmap, square.x, square.y, square.side, square.side, 0, 0, side, side);
	const webp = await blobOf(canvas, 'image/webp');
	// Some browsers write another format where they do not know this one.
	const blob = webp?.type === 'image/webp' ? webp : await jpegOf(canvas, context);
	return blob && new Uint8Array(await blob.arrayBuffer());
}

/** Without transparency, which JPEG does not have. */
function jpegOf(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): Promise<Blob | null> {
	context.globalCompositeOperation = 'destination-over';
	context.fillStyle = 'white';
	context.fillRect(0, 0, canvas.width, canvas.height);
	return blobOf(canvas, 'image/jpeg');
}

function blobOf(canvas: HTMLCanvasElement, type: string): Promise<Blob | null> {
	return new Promise((resolve) => canvas.toBlob(resolve, type, QUALITY));
}
