/**
 * A run that is killed cannot stop its PostgreSQL nor remove its files; the next run does it. Each cluster's folder names
 * the process it belongs to, so that runs beside each other leave each other alone.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removeEmbeddedPostgres } from '../../src/platform/database';

const PREFIX = 'flywheel-test-';
const OWNER = 'owner.pid';

/** A fresh folder that belongs to this process. */
export function ownFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), PREFIX));
  fs.chmodSync(folder, 0o755);
  fs.writeFileSync(path.join(folder, OWNER), String(process.pid));
  return folder;
}

/** Stops and removes what runs that were killed have left. */
export async function removeLeftovers(): Promise<void> {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const folder = path.join(os.tmpdir(), name);
    const owner = path.join(folder, OWNER);
    if (!name.startsWith(PREFIX) || !fs.existsSync(owner)) continue;
    if (isAlive(Number(fs.readFileSync(owner, 'utf8')))) continue;
    await removeEmbeddedPostgres(path.join(folder, 'postgres'));
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
