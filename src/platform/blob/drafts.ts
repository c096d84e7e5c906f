/**
 * Files that are still being written: their names tell who writes them, because a process that is killed cannot take its
 * drafts away. The next one that starts does, and leaves those of the living alone.
 */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '../../kernel/clock';
import { isDiskFull } from '../../kernel/disk-full';
import { AppError } from '../../kernel/errors';
import { sha256 } from '../../kernel/hash';

type OwnedKind = 'draft' | 'kept';
const OWNED = /^(draft|kept)-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})-/;
const SHORT = 8;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Of a process on another machine nothing is known; what it has not touched for so long is nobody's. */
const ABANDONED_MS: Readonly<Record<OwnedKind, number>> = { draft: DAY_MS, kept: 30 * DAY_MS };

const MACHINE = sha256(os.hostname()).slice(0, SHORT);
/** In a container every start has the same process id. */
const START = randomUUID().slice(0, SHORT);

/** A name of this process: of a file that it is writing, or of one that it keeps as long as it lives. */
export function ownName(kind: OwnedKind, folder: string): string {
  return path.join(folder, `${kind}-${MACHINE}-${process.pid}-${START}-${randomUUID()}`);
}

export interface Draft {
  readonly file: string;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly sizeBytes: number;
}

/** Writes bytes to a draft that is on the disk when this answers. @throws AppError TOO_LARGE, OVERLOADED; nothing is left behind. */
export async function writeDraft(
  folder: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Draft> {
  const draft = ownName('draft', folder);
  const file = await fs.promises.open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw isDiskFull(error) ? noRoom() : error;
  });
  const digest = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > limitBytes) {
        throw new AppError('TOO_LARGE', `The limit is ${limitBytes} bytes. Send less, or split it.`);
      }
      digest.update(chunk);
      // Not `write`, which may leave a part of the chunk unwritten.
      await file.writeFile(chunk);
    }
    await file.sync();
    await file.close();
    return { file: draft, hash: digest.digest('hex'), sizeBytes };
  } catch (error) {
    await file.close().catch(() => undefined);
    await fs.promises.rm(draft, { force: true });
    throw isDiskFull(error) ? noRoom() : error;
  }
}

/** Gives a draft its place. @throws AppError OVERLOADED; nothing is left behind. */
export async function placeDraft(file: string, place: string): Promise<void> {
  try {
    fs.mkdirSync(path.dirname(place), { recursive: true, mode: 0o700 });
    await fs.promises.rename(file, place);
  } catch (error) {
    await fs.promises.rm(file, { force: true });
    throw isDiskFull(error) ? noRoom() : error;
  }
}

function noRoom(): AppError {
  return new AppError(
    'OVERLOADED',
    'There is no room left on the disk, so nothing was stored. Tell the operator to make room, and try again.',
  );
}

/** Takes away what processes left that live no more. */
export function removeAbandoned(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    const kind = (['draft', 'kept'] as const).find((one) => name.startsWith(`${one}-`));
    const file = path.join(folder, name);
    if (kind && isAbandoned(kind, name, file)) fs.rmSync(file, { force: true });
  }
}

function isAbandoned(kind: OwnedKind, name: string, file: string): boolean {
  const [, , machine, pid, start] = OWNED.exec(name) ?? [];
  if (machine === MACHINE) return Number(pid) === process.pid ? start !== START : !isAlive(Number(pid));
  const written = fs.statSync(file, { throwIfNoEntry: false });
  // The time of a file is the machine's, whatever clock the product runs by.
  return written !== undefined && systemClock.millis() - written.mtimeMs > ABANDONED_MS[kind];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
