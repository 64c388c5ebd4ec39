import { parse } from 'svelte/compiler';

/** A style that names a side of the screen instead of a side of the text. */
export interface PhysicalStyle {
	readonly line: number;
	readonly style: string;
}

interface Node {
	readonly type: string;
	readonly start: number;
	readonly [member: string]: unknown;
}

const sides = /(^|-)(left|right)(-|$)/u;
/** Values of these may name a side. */
const sided = /^(text-align|text-align-last|float|clear|caption-side|justify-\w+|transform-origin)$/u;
/** Shorthands of four sides: the second and the fourth have to be the same. */
const foursided = /^(margin|padding|inset|scroll-(margin|padding)|border-(width|style|color))$/u;

/** `source` of a `.svelte` or `.css` file; `name` says which. Fails on what does not parse. */
export function physicalStyles(source: string, name: string): readonly PhysicalStyle[] {
	const component = name.endsWith('.svelte');
	const before = component ? '' : '<style>';
	const root: unknown = parse(component ? source : `${before}${source}</style>`, { modern: true });
	const found: PhysicalStyle[] = [];

	function visit(node: Node): void {
		if (node.type === 'Declaration' && isPhysical(String(node.property), String(node.value)))
			report(node, `${String(node.property)}: ${String(node.value)}`);
		if (node.type === 'StyleDirective' && isPhysical(String(node.name), ''))
			report(node, `style:${String(node.name)}`);
		for (const child of children(node)) visit(child);
	}

	function report(node: Node, style: string): void {
		found.push({ line: source.slice(0, node.start - before.length).split('\n').length, style });
	}

	visit(root as Node);
	return found;
}

function isPhysical(property: string, value: string): boolean {
	if (property.startsWith('--')) return false;
	if (sides.test(property)) return true;
	if (sided.test(property) && /\b(left|right)\b/u.test(value)) return true;
	if (/\bto (left|right)\b|\btranslateX\(/u.test(value)) return true;
	const parts = partsOf(value);
	if (foursided.test(property)) return parts.length === 4 && parts[1] !== parts[3];
	// Corners go round from the top left: all alike, or named by the text's own sides.
	return property === 'border-radius' && parts.length > 1;
}

/** The parts of a value, with functions whole. */
function partsOf(value: string): string[] {
	return value.match(/[\w-]*\((?:[^()]|\([^()]*\))*\)|\S+/gu) ?? [];
}

function children(node: Node): Node[] {
	return Object.entries(node)
		.filter(([member]) => member !== 'metadata')
		.flatMap(([, value]) => [value].flat())
		.filter(
			(value): value is Node =>
				typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string'
		);
}
