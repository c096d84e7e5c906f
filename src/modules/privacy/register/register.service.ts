/**
 * The register of what people decided: it lies beside the blobs, which are not put back together with the database. Written when
 * somebody is forgotten, takes a consent back or wants data about them left alone.
 */
import type { Notes } from '../../../platform/blob';
import type { Crypto } from '../../../platform/crypto';
import { type Decision, named, noteOf } from './decision';

const PURPOSE = 'register-of-decisions';
/** Before every month. */
const FIRST = '0000-00';

export class RegisterService {
  constructor(
    private readonly notes: Notes,
    private readonly crypto: Crypto,
  ) {}

  /** It is in the register when this answers. Safe to do again. */
  async note(decision: Decision): Promise<void> {
    const name = noteOf(decision);
    await this.notes.write(name, this.crypto.seal(PURPOSE, JSON.stringify(decision), name));
  }

  /** Undefined where there is none, or one that no key of this database opens: it is of another. */
  async open(name: string): Promise<Decision | undefined> {
    const sealed = await this.notes.read(name);
    if (sealed === undefined) return undefined;
    try {
      return JSON.parse(this.crypto.open(PURPOSE, sealed, name).toString()) as Decision;
    } catch {
      return undefined;
    }
  }

  /** Forgets what was decided in months that no backup of the database is older than. Answers how many notes. */
  async clearBefore(month: string): Promise<number> {
    let cleared = 0;
    for await (const name of this.notes.names(FIRST)) {
      if (!named(name) || name >= month) continue;
      await this.notes.remove(name);
      cleared++;
    }
    return cleared;
  }

  /** Names of all notes from a month on, and perhaps of other things. */
  namesFrom(month: string): AsyncIterable<string> {
    return this.notes.names(month);
  }
}
