import { encode } from 'uqr';

/** A QR code as the path of its dark modules on a grid of `size` units, no border. */
export function qrPath(text: string): { readonly d: string; readonly size: number } {
	const code = encode(text, { ecc: 'M', border: 0 });
	let d = '';
	code.data.forEach((row, y) => {
		for (let x = 0; x < row.length; x++) {
			if (row[x] !== true) continue;
			const start = x;
			while (row[x + 1] === true) x++;
			d += `M${start} ${y}h${x + 1 - start}v1H${start}z`;
		}
	});
	return { d, size: code.size };
}
