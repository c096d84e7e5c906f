/** How a trainer's process is started: from sources it needs the same compiler hook as its parent, from a build nothing. */
import path from 'node:path';

export function trainerCommand(): { command: string; args: string[]; cwd: string } {
  const hook = __filename.endsWith('.ts') ? ['--require', require.resolve('@swc-node/register')] : [];
  return {
    command: process.execPath,
    args: [...hook, path.join(__dirname, `trainer-process${path.extname(__filename)}`)],
    cwd: path.resolve(__dirname, '../../../../..'),
  };
}
