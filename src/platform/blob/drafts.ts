/**
 * Names of files that are still being written, which tell who writes them: a process that is killed cannot take its drafts
 * away, so the next one that starts does, and leaves those of the living alone.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../kernel/clock';
import { sha256 } from '../../kernel/hash';

const PREFIX = 'draft-';
const OWNED = /^draft-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-/;
const SHORT = 8;
/** Of a writer on another machine nothing is known; what has not grown for so long is nobody's. */
const ABANDONED_MS = 24 * 60 * 60 * 1000;

const MACHINE = sha256(os.hostname()).slice(0, SHORT);
/** In a container every start has the same process id. */
const START = randomUUID().slice(0, SHORT);

export function newDraft(folder: string): string {
  return path.join(folder, `${PREFIX}${MACHINE}-${process.pid}-${START}-${randomUUID()}`);
}

export function removeAbandonedDrafts(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    if (!name.startsWith(PREFIX)) continue;
    const file = path.join(folder, name);
    if (isAbandoned(name, file)) fs.rmSync(file, { force: true });
  }
}

function isAbandoned(name: string, file: string): boolean {
  const [, machine, pid, start] = OWNED.exec(name) ?? [];
  if (machine === MACHINE) return Number(pid) === process.pid ? start !== START : !isAlive(Number(pid));
  const written = fs.statSync(file, { throwIfNoEntry: false });
  // The time of a file is the machine's, whatever clock the product runs by.
  return written !== undefined && systemClock.millis() - written.mtimeMs > ABANDONED_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
