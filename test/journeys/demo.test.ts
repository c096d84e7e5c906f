/** The whole loop, told by the three kinds of people through HTTP, exactly as `npm run demo -- --json` runs it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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

const commandOf = (args: readonly string[]): string[] => [
  ...['--require', './src/typescript-hook.cjs', 'src/main.ts', 'demo'],
  ...args,
];
const settings = () => ({
  cwd: ROOT,
  env: { PATH: process.env.PATH, FLYWHEEL_DATA_DIR: path.join(folder, 'data') },
});

function runDemo(...args: string[]): Promise<{ stdout: string }> {
  return promisify(execFile)(process.execPath, commandOf(args), settings());
}

interface Facts {
  readonly ok: boolean;
  readonly console: string;
  readonly learning: { readonly rows: number };
  readonly words: { readonly topics: readonly { readonly people: number }[] };
  readonly join: { readonly p50Ms: number; readonly answer: Record<string, unknown> };
}

/** The story with its service left running: its figures, and what ends it as Ctrl-C does, answering the exit code. */
async function stay(): Promise<{ facts: Facts; interrupt: () => Promise<number | null> }> {
  const child = spawn(process.execPath, commandOf(['--json', '--stay']), { ...settings(), stdio: 'pipe' });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const told = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += String(part);
      if (text.endsWith('\n}\n')) resolve(text);
    });
  });
  const early = ended.then(([code]) => {
    throw new Error(`the demo ended with ${String(code)}`);
  });
  const facts = JSON.parse(await Promise.race([told, early])) as Facts;
  early.catch(() => undefined);
  const interrupt = async (): Promise<number | null> => {
    child.kill('SIGINT');
    return (await ended)[0];
  };
  return { facts, interrupt };
}

test('the story runs to its end with every step checked, its last query joins everything about one answer, and who stays can look around until Ctrl-C', async () => {
  const { facts, interrupt } = await stay();
  expect((await fetch(facts.console)).status).toBe(200);
  expect(await interrupt()).toBe(130);
  expect(facts.ok).toBe(true);
  expect(facts.learning.rows).toBe(535);
  expect(facts.words.topics.map(({ people }) => people).sort()).toEqual([5, 6]);
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
