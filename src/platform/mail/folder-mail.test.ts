import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../kernel/clock';
import type { Log } from '../log';
import { FolderMail } from './folder-mail';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-mail-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
afterEach(() => fs.readdirSync(folder).forEach((name) => fs.rmSync(path.join(folder, name))));

const mail = new FolderMail(folder, systemClock, { info: () => undefined } as unknown as Log);
const message = { about: 'notice 1', to: 'ann@example.com', subject: 'Hello', text: 'A word.' };
const sent = (): string[] =>
  fs
    .readdirSync(folder)
    .sort()
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
const idOf = (text: string): string => /^Message-ID: (<[0-9a-f]{32}@\S+>)\r$/m.exec(text)![1]!;

test('a message that is sent again, as after a crash, is the same message, and lies there once', async () => {
  await mail.send(message);
  await new FolderMail(folder, systemClock, { info: () => undefined } as unknown as Log).send(message);
  expect(sent()).toHaveLength(1);
});

test('another message, or one to somebody else, is another one', async () => {
  await mail.send(message);
  await mail.send({ ...message, about: 'notice 2' });
  await mail.send({ ...message, to: 'bob@example.com' });
  expect(new Set(sent().map(idOf)).size).toBe(3);
});

test('its id tells nobody whom it is about', async () => {
  await mail.send(message);
  expect(idOf(sent()[0]!)).not.toMatch(/ann|notice/);
});

test('one that a killed process wrote half does not count as sent', async () => {
  const { writeFile } = fs.promises;
  const killed = jest.spyOn(fs.promises, 'writeFile').mockImplementationOnce(async (file, text, options) => {
    await writeFile(file, (text as string).slice(0, 20), options);
    throw new Error('killed');
  });
  await expect(mail.send(message)).rejects.toThrow('killed');
  killed.mockRestore();
  await mail.send(message);
  expect(sent()).toEqual([expect.stringContaining('A word.')]);
});
