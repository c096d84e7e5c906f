/**
 * Where a run keeps its files: in memory where there is enough of it, since each of its hundreds of databases is a thousand
 * files that live for seconds. A run that is killed cannot stop its PostgreSQL nor remove its files; the next run does it.
 * Each run's folder names the process it belongs to, so that runs beside each other leave each other alone.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeEmbeddedPostgres } from '../../src/platform/database';

const PREFIX = 'flywheel-test-';
const OWNER = 'owner.pid';
/** Linux keeps it in memory. Containers may give it 64 MiB. */
const MEMORY = '/dev/shm';
/** Ten times what a run has used at most. */
const ENOUGH_BYTES = 3 * 1024 ** 3;

const usual = process.env.TMPDIR;

/** A fresh folder that belongs to this process. What is temporary from now on lies in it, in processes started from here, too. */
export function ownFolder(): string {
  const folder = fs.mkdtempSync(path.join(hasRoom() ? MEMORY : os.tmpdir(), PREFIX));
  fs.chmodSync(folder, 0o755);
  fs.writeFileSync(path.join(folder, OWNER), String(process.pid));
  process.env.TMPDIR = folder;
  return folder;
}

/** Another run of the same process begins where this one did. */
export function leaveFolder(folder: string): void {
  if (usual === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = usual;
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Both as a file system and as memory that may be taken: what lies there is memory used. */
function hasRoom(): boolean {
  try {
    fs.accessSync(MEMORY, fs.constants.W_OK);
    const { bavail, bsize } = fs.statfsSync(MEMORY);
    return Math.min(bavail * bsize, os.freemem()) > ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/** Stops and removes what runs that were killed have left. */
export async function removeLeftovers(): Promise<void> {
  const places = [...new Set([MEMORY, os.tmpdir()])].filter((place) => fs.existsSync(place));
  for (const folder of places.flatMap(runsIn)) {
    if (isAlive(Number(fs.readFileSync(path.join(folder, OWNER), 'utf8')))) continue;
    await removeEmbeddedPostgres(path.join(folder, 'postgres'));
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function runsIn(place: string): string[] {
  const named = fs.readdirSync(place).filter((name) => name.startsWith(PREFIX));
  return named
    .map((name) => path.join(place, name))
    .filter((folder) => fs.existsSync(path.join(folder, OWNER)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
