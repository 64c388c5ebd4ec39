import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
	{
		ignores: [
			'build/',
			'dist/',
			'.svelte-kit/',
			'src/lib/i18n/paraglide/',
			'src/protocol/protobuf/generated/',
			'.cache/',
			'test-results/',
			'coverage/'
		]
	},
	js.configs.recommended,
	...ts.configs.recommendedTypeChecked,
	...svelte.configs.recommended,
	{
		languageOptions: {
			globals: { ...globals.browser, ...globals.node },
			parserOptions: {
				projectService: {
					allowDefaultProject: ['*.js', '*.cjs', '*.mjs', 'src/service-worker.ts'],
					defaultProject: 'tsconfig.service-worker.json'
				},
				extraFileExtensions: ['.svelte']
			}
		},
		rules: {
			'no-undef': 'off',
			'no-console': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'no-restricted-properties': [
				'error',
				{ property: 'innerHTML', message: 'Message text is never markup.' },
				{ property: 'outerHTML', message: 'Message text is never markup.' }
			]
		}
	},
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
		rules: {
			'svelte/no-at-html-tags': 'error',
			'svelte/no-navigation-without-resolve': 'off',
			'svelte/require-each-key': 'error'
		}
	},
	{
		// Inside markup the linter sees the types of components and snippets as `any`; svelte-check judges those.
		files: ['**/*.svelte'],
		rules: {
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off'
		}
	},
	{
		// Everything the protocol needs at run time is handed in, so that vectors can decide every function.
		files: ['src/protocol/**/*.ts'],
		rules: {
			'no-restricted-globals': [
				'error',
				'fetch',
				'indexedDB',
				'Date',
				'setTimeout',
				'localStorage',
				'performance'
			],
			'no-restricted-syntax': [
				'error',
				{
					selector: "MemberExpression[property.name='getRandomValues']",
					message: 'Randomness is handed in.'
				},
				{
					selector: "MemberExpression[object.name='Math'][property.name='random']",
					message: 'Randomness is handed in.'
				}
			]
		}
	},
	{
		files: ['scripts/**', 'e2e/webkit/smoke.ts', '**/main.ts', 'bench/**', 'fuzz/**'],
		rules: { 'no-console': 'off' }
	},
	{ files: ['tests/**', 'e2e/**'], rules: { '@typescript-eslint/no-non-null-assertion': 'off' } },
	{ files: ['**/*.js', '**/*.mjs', '**/*.cjs'], ...ts.configs.disableTypeChecked }
);
