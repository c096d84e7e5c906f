/** What a child process of ours is started with. */
import path from 'node:path';
import { SECRET } from './secret-names';

const HOOK = path.resolve(__dirname, '../../typescript-hook.cjs');

/**
 * Arguments for Node: from sources a child needs the compiler hook that its parent has, from a build it needs nothing.
 *
 * @param program its path without the extension, which is that of this file.
 */
export function programArguments(program: string): string[] {
  const extension = path.extname(__filename);
  return [...(extension === '.ts' ? ['--require', HOOK] : []), program + extension];
}

/**
 * The environment of a child process: ours, and what it is told besides. Not what opens database, keys, bucket or Stripe: children run
 * models and read data that others made, and need none of it.
 */
export function environmentWith(
  more: Readonly<Record<string, string>>,
  own: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const harmless = Object.entries(own).filter(([name]) => !SECRET.test(name));
  return { ...Object.fromEntries(harmless), ...more };
}
