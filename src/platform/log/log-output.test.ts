/** Lines whose reader stands still, or whose disk is full: they wait, and keep nobody waiting. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LogOutput } from './log-output';

const LINE = `${'x'.repeat(99)}\n`;
/** More than a pipe holds, and than may wait besides. */
const MANY = 4_000;

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-log-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('a reader that stands still holds up nobody, gets what there was room for, and is told how much there was not', async () => {
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const fd = fs.openSync(pipe, 'r+');
  const output = new LogOutput(fd, 100_000);
  for (let i = 0; i < MANY; i++) output.write(LINE);
  let read = '';
  const chunk = Buffer.alloc(65_536);
  // The first write takes as much as the pipe holds; what was left out is told behind what waited.
  while (!read.endsWith('be written"}\n')) {
    const bytes = await new Promise<number>((resolve, reject) =>
      fs.read(fd, chunk, 0, chunk.length, null, (error, n) => (error ? reject(error) : resolve(n))),
    );
    read += chunk.toString('utf8', 0, bytes);
  }
  const lines = read.trimEnd().split('\n');
  const told = JSON.parse(lines.pop()!) as { level: number; lines: number };
  expect(told).toMatchObject({ level: 40, lines: expect.any(Number) });
  expect(told.lines).toBeGreaterThan(0);
  expect(lines.length + told.lines).toBe(MANY);
  expect(new Set(lines)).toEqual(new Set([LINE.trimEnd()]));
  fs.closeSync(fd);
});

test('what a full disk does not take is written before the next line that it takes', async () => {
  const file = path.join(folder, 'log');
  const fd = fs.openSync(file, 'w');
  const full = fs.openSync('/dev/full', 'w');
  const { write } = fs;
  const asked: Promise<void>[] = [];
  let isFull = true;
  jest.spyOn(fs, 'write').mockImplementation(((
    to: number,
    bytes: Buffer,
    done: (...answer: unknown[]) => void,
  ) => {
    asked.push(
      new Promise((resolve) =>
        write(isFull ? full : to, bytes, (...answer) => {
          done(...answer);
          resolve();
        }),
      ),
    );
  }) as typeof fs.write);
  const output = new LogOutput(fd);
  const written = async (line: string): Promise<string> => {
    output.write(line);
    await Promise.all(asked);
    return fs.readFileSync(file, 'utf8');
  };
  expect(await written('first\n')).toBe('');
  isFull = false;
  expect(await written('second\n')).toMatch(/^first\n/);
  expect(await written('third\n')).toMatch(/^first\nsecond\n/);
  fs.closeSync(fd);
  fs.closeSync(full);
});
