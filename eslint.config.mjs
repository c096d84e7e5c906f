import js from '@eslint/js';
import ts from 'typescript-eslint';

/** Rules that keep the house: one source of time, one place for the environment, no escape hatches. */
const house = {
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'Ask the injected Clock (kernel/clock).' },
    { object: 'process', property: 'env', message: 'Configuration is read in platform/config only.' },
    { object: 'Math', property: 'random', message: 'Use node:crypto, or a seeded generator.' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
      message: 'Ask the injected Clock (kernel/clock).',
    },
    { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        {
          name: 'node:async_hooks',
          importNames: ['AsyncLocalStorage'],
          message: 'One that is on costs every promise of the process: use platform/async-scope.',
        },
      ],
    },
  ],
  'no-console': 'error',
  'max-lines': ['error', { max: 300 }],
  // `== null` is the one comparison that means both null and undefined.
  eqeqeq: ['error', 'always', { null: 'ignore' }],
};

export default ts.config(
  { ignores: ['node_modules', 'dist', 'bench/peers', '.flywheel', 'docs/*.mjs'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'migrations/**/*.ts', '*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...house,
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/kernel/clock.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['src/platform/async-scope/*.ts'], rules: { 'no-restricted-imports': 'off' } },
  { files: ['src/platform/config/*.ts'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['ormconfig.ts', 'test/support/global-*.ts', 'test/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off', 'no-console': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: {
        module: 'writable',
        require: 'readonly',
        process: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
        __filename: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  {
    files: ['src/app/console/page/**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'AbortController',
          'addEventListener',
          'Blob',
          'confirm',
          'crypto',
          'document',
          'Event',
          'fetch',
          'FormData',
          'history',
          'innerWidth',
          'location',
          'scrollTo',
          'scrollY',
          'sessionStorage',
          'TextDecoder',
          'URL',
          'URLSearchParams',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { 'max-lines': house['max-lines'], 'no-console': 'error', eqeqeq: house.eqeqeq },
  },
);
