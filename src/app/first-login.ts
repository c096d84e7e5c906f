/**
 * The login of the very first member of staff. It is told once; until it was, it also lies in a file that only the
 * operator can read, so that a process which is killed in between does not lock everyone out.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { IdentityModule } from '../modules/identity';

const EMAIL = 'admin@flywheel.example';

export interface FirstLogin {
  readonly email: string;
  readonly password: string;
  /** To be called once a person could read it. */
  shown(): void;
}

/** Makes the first login when there is no staff yet; undefined when it was made and shown before. */
export async function firstLogin(
  identity: IdentityModule['identity'],
  dataDir: string,
): Promise<FirstLogin | undefined> {
  const file = path.join(dataDir, 'first-login');
  const shown = (): void => fs.rmSync(file, { force: true });
  const unshown = fs.existsSync(file);
  if (!unshown && (await identity.hasStaff())) return undefined;
  if (!unshown) writeWhole(file, randomBytes(12).toString('base64url'));
  const password = fs.readFileSync(file, 'utf8');
  const made = await identity.createFirstStaff(EMAIL, password);
  if (made || unshown) return { email: EMAIL, password, shown };
  shown();
  return undefined;
}

/** Never half a password: the file has its name only once it is complete. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.draft`;
  fs.writeFileSync(draft, text, { mode: 0o600 });
  fs.renameSync(draft, file);
}
