/**
 * Reads the data blocks of a LevelDB table file (.ldb, .sst), so that a scan of a browser's profile also sees what
 * stands there compressed. Format: https://github.com/google/leveldb/blob/main/doc/table_format.md
 */
import snappy from 'snappyjs';

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;
const SNAPPY = 1;

interface BlockHandle {
	readonly offset: number;
	readonly size: number;
}

function varint(bytes: Uint8Array, at: number): [value: number, next: number] {
	let value = 0;
	let factor = 1;
	for (let index = at; index < at + 10; index++) {
		const byte = bytes[index];
		if (byte === undefined) break;
		value += (byte & 0x7f) * factor;
		if (byte < 0x80) return [value, index + 1];
		factor *= 128;
	}
	throw new Error('broken varint in a LevelDB table');
}

function blockHandle(bytes: Uint8Array, at: number): [handle: BlockHandle, next: number] {
	const [offset, afterOffset] = varint(bytes, at);
	const [size, next] = varint(bytes, afterOffset);
	return [{ offset, size }, next];
}

function readBlock(file: Uint8Array, { offset, size }: BlockHandle): Uint8Array {
	const stored = file.subarray(offset, offset + size);
	const compression = file[offset + size];
	if (stored.length !== size || compression === undefined)
		throw new Error('a LevelDB block runs past its file');
	return compression === SNAPPY ? snappy.uncompress(stored) : stored;
}

/** Keys share prefixes inside a block: each one is made whole again, since a needle may lie across the cut. */
function entries(block: Uint8Array): { key: Uint8Array; value: Uint8Array }[] {
	const restarts = new DataView(block.buffer, block.byteOffset, block.byteLength).getUint32(
		block.length - 4,
		true
	);
	const end = block.length - 4 - restarts * 4;
	const found: { key: Uint8Array; value: Uint8Array }[] = [];
	let key = new Uint8Array(0);
	for (let at = 0; at < end;) {
		const [shared, afterShared] = varint(block, at);
		const [unshared, afterUnshared] = varint(block, afterShared);
		const [valueLength, keyStart] = varint(block, afterUnshared);
		const valueStart = keyStart + unshared;
		const whole = new Uint8Array(shared + unshared);
		whole.set(key.subarray(0, shared));
		whole.set(block.subarray(keyStart, valueStart), shared);
		found.push({ key: whole, value: block.subarray(valueStart, valueStart + valueLength) });
		key = whole;
		at = valueStart + valueLength;
	}
	return found;
}

export function isLevelDbTable(file: Uint8Array): boolean {
	if (file.length < FOOTER_BYTES) return false;
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	return view.getBigUint64(file.length - 8, true) === MAGIC;
}

/** Every key and value of the table, decompressed, one after the other. */
export function tableContents(file: Uint8Array): Uint8Array[] {
	const footer = file.subarray(file.length - FOOTER_BYTES);
	const [, afterMeta] = blockHandle(footer, 0);
	const [index] = blockHandle(footer, afterMeta);
	const contents: Uint8Array[] = [];
	for (const { value } of entries(readBlock(file, index))) {
		const [data] = blockHandle(value, 0);
		for (const entry of entries(readBlock(file, data))) contents.push(entry.key, entry.value);
	}
	return contents;
}
