import { parse } from 'svelte/compiler';

/** Words in the source of a screen that do not come from the messages. */
export interface VisibleLiteral {
	readonly line: number;
	readonly text: string;
}

interface Node {
	readonly type: string;
	readonly start: number;
	readonly [member: string]: unknown;
}

/** Attributes of elements that are shown or spoken. */
const spoken = new Set([
	'alt',
	'aria-braillelabel',
	'aria-description',
	'aria-label',
	'aria-placeholder',
	'aria-roledescription',
	'aria-valuetext',
	'label',
	'placeholder',
	'title'
]);
/** Members of objects under which screens keep their words. */
const wordMembers = new Set(['description', 'hint', 'label', 'placeholder', 'text', 'title', 'words']);
/** Attributes that never hold words, on elements and components alike. */
const technical = new Set(['class', 'd', 'fill', 'generics', 'lang', 'rel', 'shape-rendering', 'stroke']);
/** Members of the syntax tree that no screen shows. */
const unseen = new Set(['css', 'comments', 'loc', 'metadata', 'name_loc', 'options']);

/** `source` of a `.svelte` or `.ts` file; `name` says which. Fails on what does not parse. */
export function visibleLiterals(source: string, name: string): readonly VisibleLiteral[] {
	const component = name.endsWith('.svelte');
	const [before, after] = component ? ['', ''] : ['<script lang="ts">', '</script>'];
	const root: unknown = parse(`${before}${source}${after}`, { modern: true });
	const found: VisibleLiteral[] = [];
	const report = (node: Node, text: string): void => {
		const line = source.slice(0, node.start - before.length).split('\n').length;
		found.push({ line, text: text.trim() });
	};

	/** Everything in there counts, one letter is enough: it is drawn or spoken as it stands. */
	function shown(node: Node): void {
		for (const [part, text] of results(node)) if (hasLetters(text)) report(part, text);
	}

	function visit(node: Node, parent: Node | null): void {
		if (node.type.startsWith('TS') && !wrappers.has(node.type)) return;
		switch (node.type) {
			case 'Text':
				if (hasLetters(textOf(node))) report(node, textOf(node));
				return;
			case 'ExpressionTag':
				if (parent?.type === 'Fragment') shown(node.expression as Node);
				break;
			case 'Property':
				if (wordMembers.has(String((node.key as Node).name))) shown(node.value as Node);
				break;
			case 'Attribute':
				visitAttribute(node, parent);
				return;
			case 'Literal':
			case 'TemplateElement':
				if (readsLikeWords(textOf(node)) && !isTechnical(node, parent)) report(node, textOf(node));
				return;
		}
		for (const child of children(node)) visit(child, node);
	}

	function visitAttribute(node: Node, owner: Node | null): void {
		const name = String(node.name);
		if (technical.has(name) || node.value === true) return;
		const parts = [node.value].flat() as Node[];
		const isSpoken = spoken.has(name);
		for (const part of parts) {
			if (part.type === 'Text') {
				const words = isSpoken
					? hasLetters(textOf(part))
					: owner?.type === 'Component' && readsLikeWords(textOf(part));
				if (words) report(part, textOf(part));
			} else {
				if (isSpoken) shown(part.expression as Node);
				visit(part, node);
			}
		}
	}

	visit(root as Node, null);
	// What is shown as a result may have been met once more on the way through the expression.
	return [...new Map(found.map((literal) => [`${literal.line} ${literal.text}`, literal])).values()];
}

/** Around a value without changing it. */
const wrappers = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

/** The texts that an expression may come to. */
function results(node: Node): [Node, string][] {
	switch (node.type) {
		case 'Literal':
			return [[node, textOf(node)]];
		case 'TemplateLiteral':
			return [node.quasis, node.expressions]
				.flat()
				.flatMap((part) =>
					(part as Node).type === 'TemplateElement'
						? [[part as Node, textOf(part as Node)] as [Node, string]]
						: results(part as Node)
				);
		case 'ConditionalExpression':
			return [node.consequent, node.alternate].flatMap((branch) => results(branch as Node));
		case 'LogicalExpression':
			return [node.left, node.right].flatMap((side) => results(side as Node));
		case 'BinaryExpression':
			return node.operator === '+' ? [node.left, node.right].flatMap((side) => results(side as Node)) : [];
		default:
			return wrappers.has(node.type) ? results(node.expression as Node) : [];
	}
}

function children(node: Node): Node[] {
	return Object.entries(node)
		.filter(([member]) => !unseen.has(member))
		.flatMap(([, value]) => [value].flat())
		.filter(
			(value): value is Node =>
				typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string'
		);
}

function textOf(node: Node): string {
	if (node.type === 'Text') return String(node.data);
	if (node.type === 'TemplateElement') return String((node.value as { cooked: unknown }).cooked);
	return typeof node.value === 'string' ? node.value : '';
}

/** An address is no word. */
function hasLetters(text: string): boolean {
	return /\p{L}/u.test(text.replace(/\bhttps?:\/\//u, ''));
}

/** A capitalised word, or two words: what no technical name of ours looks like. */
function readsLikeWords(text: string): boolean {
	return /(?<!\p{L})\p{Lu}\p{Ll}|\p{L}{2,}[,.:;]? \p{L}{2,}/u.test(text);
}

/** Names of keys in comparisons, modules, errors for developers, and names that the platform gave. */
function isTechnical(node: Node, parent: Node | null): boolean {
	switch (parent?.type) {
		case 'BinaryExpression':
			return parent.operator !== '+';
		case 'SwitchCase':
		case 'ImportDeclaration':
		case 'ImportExpression':
		case 'ExportNamedDeclaration':
		case 'PropertyDefinition':
			return true;
		case 'Property':
			return parent.key === node;
		case 'MemberExpression':
			return true;
		case 'NewExpression':
			return /Error$/u.test(String((parent.callee as Node).name));
		case 'CallExpression':
			return isPlatform(parent.callee as Node);
		default:
			return false;
	}
}

/** Calls that take selectors, media queries and names of globals. */
function isPlatform(callee: Node): boolean {
	const { name } = (callee.property ?? callee) as Node;
	if (callee.type === 'MemberExpression' && (callee.object as Node).name === 'Reflect') return true;
	return ['closest', 'matches', 'matchMedia', 'querySelector', 'querySelectorAll'].includes(String(name));
}
