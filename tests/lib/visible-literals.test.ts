import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { visibleLiterals } from './visible-literals';

const screens = ['src/lib', 'src/routes'].flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.filter((name) => /\.(svelte|ts)$/u.test(name) && !name.startsWith('i18n/paraglide'))
		.map((name) => path.join(folder, name))
);

test('every word on a screen comes from the messages', () => {
	const found = screens.flatMap((file) =>
		visibleLiterals(readFileSync(file, 'utf8'), file).map(({ line, text }) => `${file}:${line} “${text}”`)
	);
	expect(screens.length).toBeGreaterThan(150);
	expect(found).toEqual([]);
});

describe('a word that does not is found', () => {
	test.each([
		['in plain text', '<p>Hello</p>', 'Hello'],
		['of one letter', '<p>{count} d</p>', 'd'],
		['beside a value', '{#if open}<b>{name} wrote</b>{/if}', 'wrote'],
		['in the title of the page', '<svelte:head><title>Chats</title></svelte:head>', 'Chats'],
		['as an alternative text', '<img alt="portrait" src="/a.png" />', 'portrait'],
		['as a spoken name', '<button aria-label="close"></button>', 'close'],
		['as a spoken name with a number', '<b aria-label="Row {index}"></b>', 'Row'],
		['as a placeholder', '<input placeholder="search" />', 'search'],
		['as a tip', '<b title={known ?? "none"}></b>', 'none'],
		['for a component', '<Button label="send">{m.send()}</Button>', 'send'],
		['for a component under another name', '<Section heading="In this browser" />', 'In this browser'],
		['inside a component', '<Button>Send</Button>', 'Send'],
		['in a choice', '<p>{open ? "shut" : m.open()}</p>', 'shut'],
		['put together', '<p>{"from " + name}</p>', 'from'],
		['in a template', '<p>{`${count} left`}</p>', 'left'],
		['in an each block', '{#each list as one (one)}<li>item</li>{:else}{m.none()}{/each}', 'item'],
		['in a snippet', '{#snippet end()}over{/snippet}', 'over'],
		['in a call', '<button onclick={() => toast("Could not save")}></button>', 'Could not save'],
		['in the script', '<script lang="ts">let title: string = $state("Chats");</script>', 'Chats'],
		['in a list', '<script lang="ts">const all = [{ key: "a", words: "in use" }];</script>', 'in use'],
		['in one word of a list', '<script lang="ts">const one = { label: on ? "yes" : m.no() };</script>', 'yes']
	])('%s', (_where, source, text) => {
		expect(visibleLiterals(`<!-- A remark -->\n${source}`, 'Planted.svelte')).toEqual([{ line: 2, text }]);
	});

	test('in a module', () => {
		const source = "export function words(): string {\n\treturn 'Try again';\n}\n";
		expect(visibleLiterals(source, 'words.ts')).toEqual([{ line: 2, text: 'Try again' }]);
	});
});

test('what is no word is left alone', () => {
	const source = `
		<script lang="ts">
			import Icon from './Icon.svelte';
			type Side = 'Left side' | 'Right';
			const at = event.key === 'Enter' ? 'start' : 'end';
			const thumb = matchMedia('(hover: hover) and (pointer: fine)').matches;
			switch (event.key) { case 'Escape': throw new RangeError('No such key'); }
		</script>
		<Icon name="key" size={16} class="title clip" />
		<p class="title clip" dir="auto">{m.title({ name })} · {at === 'start' ? '←' : '→'} {count}</p>
		<input type="url" placeholder="https://" autocomplete="off" />
		<style>p::before { content: 'Hello'; }</style>
	`;
	expect(visibleLiterals(source, 'Planted.svelte')).toEqual([]);
});
