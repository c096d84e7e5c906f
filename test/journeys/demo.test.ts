/** The whole loop, told by the three kinds of people through HTTP, exactly as `npm run demo -- --json` runs it. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(__dirname, '../..');

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-demo-'));
  fs.chmodSync(folder, 0o755);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

function runDemo(...args: string[]): Promise<{ stdout: string }> {
  const command = ['--require', './src/typescript-hook.cjs', 'src/main.ts', 'demo', ...args];
  const env = { PATH: process.env.PATH, FLYWHEEL_DATA_DIR: path.join(folder, 'data') };
  return promisify(execFile)(process.execPath, command, { cwd: ROOT, env, maxBuffer: 16 * 1024 * 1024 });
}

test('the story runs to its end with every step checked, and its last query joins everything about one answer', async () => {
  const { stdout } = await runDemo('--json');
  const facts = JSON.parse(stdout) as {
    ok: boolean;
    learning: { rows: number };
    join: { p50Ms: number; answer: Record<string, unknown> };
  };
  expect(facts.ok).toBe(true);
  expect(facts.learning.rows).toBe(535);
  expect(facts.join.answer).toMatchObject({
    customer: { subscription: { plan: { code: 'PRO' } } },
    price: { currency: 'USD' },
    cost: { deviceMs: expect.any(Number) as number },
    modelVersion: { datasetVersion: { rows: 534 } },
    assignments: [{ test: 'network-or-linear' }],
    feedback: [{ kind: 'THUMBS', score: 1 }],
    auditProof: { path: expect.any(Array) as unknown[] },
  });
});

test('a file that does not exist is refused in one sentence', async () => {
  await expect(runDemo('--data', 'nowhere.csv', '--label', 'x')).rejects.toMatchObject({
    code: 1,
    stderr: 'The file nowhere.csv cannot be read: name an existing CSV with --data.\n',
  });
});
