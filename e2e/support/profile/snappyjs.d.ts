declare module 'snappyjs' {
	export function uncompress(input: Uint8Array): Uint8Array;
	const snappy: { uncompress: typeof uncompress };
	export default snappy;
}
