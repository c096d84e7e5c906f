import { Keyring } from './keyring';
import { openedLines, sealedLines } from './sealed-stream';

const keyring = new Keyring(Buffer.alloc(32, 7));
const SEAL = { purpose: 'copy', context: 'here' };

async function sealed(parts: readonly Uint8Array[]): Promise<string[]> {
  const lines: Buffer[] = [];
  for await (const line of sealedLines(keyring, SEAL, from(parts))) lines.push(line);
  return Buffer.concat(lines).toString().trimEnd().split('\n');
}

async function opened(lines: readonly string[], seal = SEAL): Promise<Buffer> {
  const parts: Buffer[] = [];
  const stored = lines.map((line) => Buffer.from(`${line}\n`));
  for await (const part of openedLines(keyring, seal, from(stored))) parts.push(part);
  return Buffer.concat(parts);
}

async function* from<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const LONG = Array.from({ length: 12 }, (_, i) => Buffer.alloc(100_000, i));

test.each([
  ['nothing', []],
  ['a few bytes', [Buffer.from('a few'), Buffer.from(' bytes')]],
  ['several frames', LONG],
])('%s comes out as it went in', async (_, parts) => {
  expect((await opened(await sealed(parts))).equals(Buffer.concat(parts))).toBe(true);
});

test('what is long is sealed in several lines', async () => {
  expect((await sealed(LONG)).length).toBeGreaterThan(3);
});

test.each<[string, (lines: string[]) => string[]]>([
  ['cut off', (lines) => lines.slice(0, -1)],
  ['left out', ([, ...rest]) => rest],
  ['moved', ([first, second, ...rest]) => [second!, first!, ...rest]],
  ['repeated', ([first, ...rest]) => [first!, first!, ...rest]],
  ['added', (lines) => [...lines, lines.at(-1)!]],
  ['taken away altogether', () => []],
])('a line that was %s is noticed', async (_, change) => {
  await expect(opened(change(await sealed(LONG)))).rejects.toThrow();
});

test('it opens in its own context only', async () => {
  await expect(opened(await sealed(LONG), { ...SEAL, context: 'there' })).rejects.toThrow();
});
