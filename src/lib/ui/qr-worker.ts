import jsqr from 'jsqr';

/** A picture to read; answered under the same number. */
export interface QrQuestion {
	readonly id: number;
	readonly pixels: Uint8ClampedArray<ArrayBuffer>;
	readonly width: number;
	readonly height: number;
}

export interface QrAnswer {
	readonly id: number;
	/** null when no code is in the picture. */
	readonly text: string | null;
}

addEventListener('message', (event: MessageEvent<QrQuestion>) => {
	const { id, pixels, width, height } = event.data;
	const found = jsqr(pixels, width, height);
	const answer: QrAnswer = { id, text: found === null ? null : found.data };
	postMessage(answer);
});
