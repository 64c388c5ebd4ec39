import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { physicalStyles } from './physical-styles';

const styled = ['src/lib', 'src/routes'].flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(svelte|css)$/u.test(name))
		.map((name) => path.join(folder, name))
);

test('no style names a side of the screen: right-to-left is the same stylesheet', () => {
	const found = styled.flatMap((file) =>
		physicalStyles(readFileSync(file, 'utf8'), file).map(({ line, style }) => `${file}:${line} ${style}`)
	);
	expect(styled.length).toBeGreaterThan(100);
	expect(found).toEqual([]);
});

describe('one that does is found', () => {
	test.each([
		'margin-left: 1px',
		'padding-right: var(--s-2)',
		'left: 0',
		'border-left: 1px solid',
		'border-top-right-radius: 4px',
		'scroll-margin-left: 1px',
		'text-align: right',
		'float: left',
		'margin: 0 1px 0 2px',
		'padding: 0 calc(1px + var(--s-2)) 0 calc(2px + var(--s-2))',
		'inset: 0 0 0 auto',
		'border-radius: 4px 0 0 4px',
		'transform: translateX(4px)',
		'background: linear-gradient(to right, red, blue)'
	])('%s', (style) => {
		const rule = `/* A remark */\n@media (min-width: 640px) { .row:hover { ${style}; color: red } }`;
		expect(physicalStyles(rule, 'planted.css')).toEqual([{ line: 2, style }]);
		expect(physicalStyles(`<p>1</p>\n<style>.row { ${style} }</style>`, 'Planted.svelte')).toEqual([
			{ line: 2, style }
		]);
	});

	test('in the markup', () => {
		expect(physicalStyles('<p style:margin-left="{at}px"></p>', 'Planted.svelte')).toEqual([
			{ line: 1, style: 'style:margin-left' }
		]);
	});
});

test.each([
	'margin-inline-start: 1px',
	'inset: 0 var(--s-2) 1px var(--s-2)',
	'padding: 0 calc(1px + 2px)',
	'text-align: start',
	'border-end-start-radius: 0',
	'border-radius: 50%',
	'translate: 0 4px',
	'--left: 1px'
])('%s is the same both ways', (style) => {
	expect(physicalStyles(`.row { ${style} }`, 'planted.css')).toEqual([]);
});
