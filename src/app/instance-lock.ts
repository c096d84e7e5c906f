/**
 * One process a data folder. The lock names its process and when that began, because numbers are used again (in a
 * container every process has the same ones); a lock whose process is gone is taken over.
 */
import fs from 'node:fs';
import path from 'node:path';
import { CommandError } from './command-error';

/** Makes the data folder where it is missing. @throws CommandError when this user may not write it. */
export function makeFolder(dataDir: string): void {
  try {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o755 });
    fs.accessSync(dataDir, fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    throw new CommandError(
      `The data folder ${dataDir} cannot be written: set FLYWHEEL_DATA_DIR to a folder of yours.`,
    );
  }
}

/** Takes the data folder for this process. Answers how to give it back. @throws CommandError when another one has it. */
export function lockFolder(dataDir: string): () => void {
  makeFolder(dataDir);
  const file = path.join(dataDir, 'instance.pid');
  const mine = processName(process.pid) ?? String(process.pid);
  while (!create(file, mine)) {
    const holder = read(file);
    const pid = Number.parseInt(holder, 10);
    if (holder !== mine && pid > 0 && processName(pid) === holder) {
      throw new CommandError(
        `Process ${pid} is already using the data folder ${dataDir}: stop it, or set FLYWHEEL_DATA_DIR to another folder.`,
      );
    }
    fs.rmSync(file, { force: true });
  }
  return () => fs.rmSync(file, { force: true });
}

function create(file: string, text: string): boolean {
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
}

/** Number and, where the system tells it, the start of a living process; undefined when there is none. */
function processName(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The start is the 20th field after the program's name, which stands in parentheses and may hold spaces.
      return `${pid} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
    }
    process.kill(pid, 0);
    return String(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? String(pid) : undefined;
  }
}
