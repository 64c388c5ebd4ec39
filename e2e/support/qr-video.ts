import { encode } from 'uqr';

const width = 640;
const height = 480;
const modulePixels = 8;
const border = 4;
const paper = 235;
const ink = 16;
/** No colour: both chroma planes of 4:2:0 are a quarter of the picture each. */
const chroma = Buffer.alloc((width * height) / 2, 128);

/** A film of a QR code held before a camera, as YUV4MPEG2: what Chromium's false camera plays. */
export function qrVideo(text: string): Buffer {
	const code = encode(text, { ecc: 'M', border });
	const size = code.size * modulePixels;
	const [left, top] = [Math.floor((width - size) / 2), Math.floor((height - size) / 2)];
	if (top < 0) throw new RangeError('this code is too large for the picture');
	const picture = Buffer.alloc(width * height, 120);
	for (let y = 0; y < size; y++) {
		for (let x = 0; x < size; x++) {
			const dark = code.data[Math.floor(y / modulePixels)]?.[Math.floor(x / modulePixels)] === true;
			picture[(top + y) * width + left + x] = dark ? ink : paper;
		}
	}
	const frame = Buffer.concat([Buffer.from('FRAME\n'), picture, chroma]);
	const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
	return Buffer.concat([header, frame, frame]);
}
