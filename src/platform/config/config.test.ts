import fs from 'node:fs';
import path from 'node:path';
import { expectNone } from '../../../test/support/expect-none';
import { describeConfig } from './config';

test('every setting has its place in docs/operations.md', () => {
  const guide = fs.readFileSync(path.resolve(__dirname, '../../../docs/operations.md'), 'utf8');
  const settings = describeConfig({}).map((line) => /^ *(\w+) = /.exec(line)![1]!);
  expect(settings.length).toBeGreaterThan(50);
  expectNone(
    settings.filter((name) => !new RegExp(`\\b${name}\\b`).test(guide)),
    'Say in docs/operations.md what it is for, and what holds without it.',
  );
});
