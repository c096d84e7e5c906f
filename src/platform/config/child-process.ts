/** What a child process of ours is started with. */
import path from 'node:path';

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

/** The environment of a child process: ours, and what it is told besides. */
export function environmentWith(more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...more };
}
