// `npm run check`: every check of the house, all of them even when one fails, and one line that counts.
import { spawnSync } from 'node:child_process';

const CHECKS = ['format', 'lint', 'types', 'boundaries', 'dead', 'schema'];
let failed = 0;
for (const name of CHECKS) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', `check:${name}`], {
    encoding: 'utf8',
  });
  if (status === 0) console.log(`ok    ${name}`);
  else {
    failed++;
    console.log(`FAIL  ${name}\n${stdout}${stderr}`);
  }
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
