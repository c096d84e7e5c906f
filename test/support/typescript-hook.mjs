/**
 * Lets `import()` of a worker read TypeScript: as CommonJS, compiled by the hook that the product itself is started with.
 * Node 20 knows no file ending in .ts.
 */
import { register } from 'node:module';
import '../../src/typescript-hook.cjs';

const loader = `export const load = (url, context, next) =>
  new URL(url).pathname.endsWith('.ts') ? { format: 'commonjs', shortCircuit: true } : next(url, context);`;
register(`data:text/javascript,${encodeURIComponent(loader)}`);
