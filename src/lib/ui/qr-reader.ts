import type { QrAnswer, QrQuestion } from './qr-worker';
import qrWorkerUrl from './qr-worker?worker&url';
import { startModuleWorker } from './trusted-url';

/** Reads QR codes from pictures: with the browser's own detector where it has one, else in a small worker. */
export interface QrReader {
	read(picture: CanvasImageSource, width: number, height: number): Promise<string | null>;
	close(): void;
}

interface Detector {
	detect(picture: ImageData): Promise<readonly { readonly rawValue: string }[]>;
}
interface DetectorClass {
	new (options: { formats: readonly string[] }): Detector;
	getSupportedFormats(): Promise<readonly string[]>;
}

/** Larger pictures cost time and hide the code no less: photographs are brought down to this edge. */
const longestEdge = 1_200;

export async function createQrReader(): Promise<QrReader> {
	const canvas = document.createElement('canvas');
	const context = canvas.getContext('2d', { willReadFrequently: true });
	const decode = (await nativeDecoder()) ?? workerDecoder();
	return {
		async read(picture, width, height) {
			if (context === null || width === 0 || height === 0) return null;
			const scale = Math.min(1, longestEdge / Math.max(width, height));
			canvas.width = Math.round(width * scale);
			canvas.height = Math.round(height * scale);
			context.drawImage(picture, 0, 0, canvas.width, canvas.height);
			return decode.decode(context.getImageData(0, 0, canvas.width, canvas.height));
		},
		close: () => decode.close()
	};
}

interface Decoder {
	decode(image: ImageData): Promise<string | null>;
	close(): void;
}

async function nativeDecoder(): Promise<Decoder | null> {
	const found: unknown = Reflect.get(globalThis, 'BarcodeDetector');
	if (typeof found !== 'function') return null;
	const Native = found as DetectorClass;
	const formats = await Native.getSupportedFormats().catch((): readonly string[] => []);
	if (!formats.includes('qr_code')) return null;
	const detector = new Native({ formats: ['qr_code'] });
	return {
		decode: async (image) => (await detector.detect(image))[0]?.rawValue ?? null,
		close: () => undefined
	};
}

function workerDecoder(): Decoder {
	const worker = startModuleWorker(qrWorkerUrl, 'qr');
	const waiting = new Map<number, (text: string | null) => void>();
	let next = 1;
	worker.addEventListener('message', (event: MessageEvent<QrAnswer>) => {
		waiting.get(event.data.id)?.(event.data.text);
		waiting.delete(event.data.id);
	});
	const giveUp = () => {
		for (const answer of waiting.values()) answer(null);
		waiting.clear();
	};
	worker.addEventListener('error', giveUp);
	return {
		decode: (image) =>
			new Promise((resolve) => {
				const id = next++;
				waiting.set(id, resolve);
				const pixels = new Uint8ClampedArray(image.data);
				const question: QrQuestion = { id, pixels, width: image.width, height: image.height };
				worker.postMessage(question, [pixels.buffer]);
			}),
		close: () => {
			worker.terminate();
			giveUp();
		}
	};
}
