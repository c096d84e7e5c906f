// `npm run check`: every check of the house, two at a time and all of them even when one fails, and one line that counts.
import { exec } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(exec);
/** The longest first. */
const CHECKS = ['lint', 'types', 'dead', 'boundaries', 'format', 'schema'];
const AT_ONCE = 2;
const MOST_OUTPUT = 64 * 2 ** 20;

const left = [...CHECKS];
let failed = 0;

async function work() {
  for (let name = left.shift(); name; name = left.shift()) {
    try {
      await run(`npm run --silent check:${name}`, { maxBuffer: MOST_OUTPUT });
      console.log(`ok    ${name}`);
    } catch ({ stdout, stderr }) {
      failed++;
      console.log(`FAIL  ${name}\n${stdout}${stderr}`);
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work));
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
