/**
 * JSON Lines, piece by piece: one object a line, its values as the texts that CSV would hold, so that the same table is
 * the same version however it was written. A key that an object lacks is missing in its row.
 */
import { invalidInput } from '../../../kernel/errors';
import { LIMITS } from './dataset-limits';
import { FILE_PATH } from './file-text';

export interface JsonRecord {
  readonly line: number;
  /** In the order of the reader's names; shorter where later keys are missing. */
  readonly fields: readonly string[];
  /** Why the line is no row. */
  readonly fault?: string;
}

export class JsonlReader {
  private readonly places = new Map<string, number>();
  private readonly order: string[] = [];
  private rest = '';
  private line = 1;

  /** @param names Those that are known from an earlier reading. @param ignored Those whose values are nobody's concern. */
  constructor(
    names: readonly string[] = [],
    private readonly ignored: readonly string[] = [],
  ) {
    for (const name of names) this.add(name);
  }

  /** Every key so far, in the order in which they were met. */
  get names(): readonly string[] {
    return this.order;
  }

  /** The rows of the lines that end in this piece. @throws AppError INVALID_INPUT for too many keys or too long a line. */
  take(piece: string): JsonRecord[] {
    const lines = (this.rest + piece).split('\n');
    this.rest = lines.pop()!;
    if (this.rest.length > LIMITS.recordBytes) {
      const message = `Line ${this.line + lines.length} holds more than ${LIMITS.recordBytes} bytes. Send one object a line, and upload the file again.`;
      throw invalidInput(FILE_PATH, message, 'jsonl');
    }
    return this.read(lines);
  }

  end(): JsonRecord[] {
    const last = this.rest;
    this.rest = '';
    return this.read([last]);
  }

  private read(lines: readonly string[]): JsonRecord[] {
    const records: JsonRecord[] = [];
    for (const text of lines) {
      const line = this.line++;
      if (text.trim() !== '') records.push({ line, ...this.fieldsOf(text) });
    }
    return records;
  }

  private fieldsOf(text: string): { fields: string[]; fault?: string } {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { fields: [], fault: 'no JSON' };
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { fields: [], fault: 'no JSON object' };
    const fields: string[] = [];
    let fault: string | undefined;
    const keys = Object.keys(value);
    for (let index = 0; index < keys.length; index++) {
      const key = keys[index]!;
      // Objects mostly have their keys in the order of those before.
      const place = this.order[index] === key ? index : this.placeOf(key.trim());
      const cell = (value as Readonly<Record<string, unknown>>)[key];
      if (this.order[place] !== key && Object.hasOwn(value, this.order[place]!))
        fault ??= `two keys are named ${this.order[place]}`;
      if (typeof cell === 'object' && cell !== null) {
        // Its other keys are columns all the same: that one of them is missing is not what is wrong with the file.
        if (!this.ignored.includes(key.trim()))
          fault ??= `${key} holds ${Array.isArray(cell) ? 'a list' : 'an object'}`;
        continue;
      }
      while (fields.length < place) fields.push('');
      fields[place] = cell === null ? '' : typeof cell === 'string' ? cell.trim() : String(cell);
    }
    return fault === undefined ? { fields } : { fields: [], fault };
  }

  private placeOf(key: string): number {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    if (this.places.size >= LIMITS.columns) {
      const message = `The objects have more than ${LIMITS.columns} different keys by line ${this.line - 1}; at most ${LIMITS.columns} columns are taken.`;
      throw invalidInput(FILE_PATH, message, 'columns');
    }
    return this.add(key);
  }

  private add(name: string): number {
    this.places.set(name, this.order.length);
    return this.order.push(name) - 1;
  }
}
