/** The floors and the doors: kernel ← platform ← modules ← app, and modules only through the doors of earlier ones. */
const ORDER = [
  'identity',
  'audit',
  'privacy',
  'billing',
  'compute',
  'models',
  'training',
  'deployments',
  'inference',
  'feature-tests',
  'feedback',
  'ethics',
  'market',
  'closure',
];

const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    only(
      'no-circles',
      'A circle means that two files are one, or that a third is missing.',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    only(
      'kernel-imports-nothing-of-ours',
      'The kernel is pure.',
      { path: '^src/kernel' },
      { path: '^src/(platform|modules|app)' },
    ),
    only(
      'platform-knows-no-module',
      'The platform serves every module and knows none.',
      { path: '^src/platform' },
      { path: '^src/(modules|app)' },
    ),
    only(
      'nothing-imports-app',
      'app composes; nobody asks it.',
      { path: '^src/(kernel|platform|modules)' },
      { path: '^src/app' },
    ),
    only(
      'through-the-door',
      'Another module is entered through its index.ts, or by a child process through its process-door.ts.',
      { path: '^src/modules/([^/]+)/' },
      {
        path: '^src/modules/[^/]+/',
        pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/(index|process-door)\\.ts$'],
      },
    ),
    only(
      'app-uses-doors',
      'app, too, enters modules through their doors.',
      { path: '^src/app' },
      {
        path: '^src/modules/[^/]+/',
        pathNot: '^src/modules/[^/]+/index\\.ts$',
      },
    ),
    ...ORDER.map((module, place) =>
      only(
        `${module}-knows-only-earlier-modules`,
        'What must travel the other way is an event or a port.',
        { path: `^src/modules/${module}/` },
        {
          path: `^src/modules/(${ORDER.slice(place + 1).join('|') || 'none-is-later'})/`,
        },
      ),
    ),
    only(
      'stripe-in-one-place',
      'Only the adapter knows Stripe.',
      { path: '^src', pathNot: '^src/modules/billing/stripe/' },
      { path: '^node_modules/stripe' },
    ),
    only(
      'nothing-from-tests',
      'The product does not import its tests.',
      { path: '^src', pathNot: '\\.test\\.ts$' },
      { path: '^(test|bench)/' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.test\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
