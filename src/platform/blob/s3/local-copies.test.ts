import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../../kernel/clock';
import { writeDraft } from '../drafts';
import { LocalCopies } from './local-copies';

const HOUR_MS = 3_600_000;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-copies-'));
afterEach(() => {
  for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** Of ten bytes each. */
async function adopted(copies: LocalCopies, text: string, unreadHours = 0): Promise<string> {
  const draft = await writeDraft(folder, Buffer.from(text.padEnd(10)), 10);
  await copies.adopt(draft);
  const at = new Date(systemClock.millis() - unreadHours * HOUR_MS);
  fs.utimesSync(path.join(folder, draft.hash), at, at);
  return draft.hash;
}
const lies = (hash: string): boolean => fs.existsSync(path.join(folder, hash));

test('what was read longest ago makes room', async () => {
  const copies = new LocalCopies(folder, 30);
  const [first, second, third] = [
    await adopted(copies, 'first', 4),
    await adopted(copies, 'second', 3),
    await adopted(copies, 'third', 2),
  ];
  await copies.path(first);
  await adopted(copies, 'fourth');
  expect([lies(first), lies(second), lies(third)]).toEqual([true, false, true]);
});

test('what was handed out within the hour stays, whatever it takes', async () => {
  const copies = new LocalCopies(folder, 10);
  const hashes = [
    await adopted(copies, 'a', 0.9),
    await adopted(copies, 'b', 0.5),
    await adopted(copies, 'c'),
  ];
  expect(hashes.every(lies)).toBe(true);
});

test('what a process keeps stays for it when others make room, and counts no more when it has ended', async () => {
  const copies = new LocalCopies(folder, 15);
  const hash = await adopted(copies, 'kept');
  const kept = await copies.keep(hash);
  fs.rmSync(path.join(folder, hash));
  await adopted(copies, 'another', 5);
  await adopted(copies, 'one more');
  expect(fs.readFileSync(kept, 'utf8').trim()).toBe('kept');
  expect(await copies.keptPath(hash)).toBe(kept);
  // As if this process had ended and another one had its number.
  const [, machine, pid] = path.basename(kept).split('-');
  fs.renameSync(kept, path.join(folder, `kept-${machine}-${pid}-00000000-of-an-earlier-start`));
  new LocalCopies(folder, 15);
  expect(fs.readdirSync(folder).filter((name) => name.startsWith('kept-'))).toEqual([]);
});

test('what was kept twice at once is good under both names', async () => {
  const copies = new LocalCopies(folder, 15);
  const hash = await adopted(copies, 'kept');
  const [one, other] = await Promise.all([copies.keep(hash), copies.keep(hash)]);
  expect([fs.existsSync(one), fs.existsSync(other)]).toEqual([true, true]);
});

test('what nobody read for a week goes, however much room there is', async () => {
  const copies = new LocalCopies(folder, 1000);
  const [old, young] = [await adopted(copies, 'old', 8 * 24), await adopted(copies, 'young', 6 * 24)];
  await adopted(copies, 'new');
  expect([lies(old), lies(young)]).toEqual([false, true]);
});
