/**
 * CSV as RFC 4180 has it, piece by piece: any line end, line breaks inside quotation marks, comma, semicolon, tab or bar. A
 * line without quotation marks is split by the machine's own search, which is why a million rows take seconds.
 */
import { invalidInput } from '../../../kernel/errors';
import { LIMITS } from './dataset-limits';
import { FILE_PATH } from './file-text';

export interface CsvRecord {
  /** The line on which the record starts, the first being 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

const DELIMITERS = [',', ';', '\t'];
/** Only where the header has none of the others: names hold bars, too. */
const BAR = '|';
/** By which Excel is told the delimiter, on a line of its own before the header. */
const TOLD = /^"?sep=([,;\t|])"?\s*$/i;
const QUOTE = '"';

export class CsvReader {
  private readonly delimiter: string;
  private readonly lineBreak: '\n' | '\r';
  private readonly headerLine: 1 | 2;
  private rest = '';
  private line = 1;

  /** @param head The beginning of the file, by which delimiter and line end are known. */
  constructor(head: string) {
    // A name in quotation marks may hold any of them.
    const [first = ''] = head.replace(/"(?:[^"]|"")*"?/g, '').split(/[\r\n]/, 1);
    const count = (delimiter: string): number => first.split(delimiter).length;
    const found = DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
    const told = TOLD.exec(head.split(/[\r\n]/, 1)[0]!)?.[1];
    this.delimiter = told ?? (count(found) === 1 && count(BAR) > 1 ? BAR : found);
    this.headerLine = told ? 2 : 1;
    this.lineBreak = /^[^\r\n]*\r(?!\n)/.test(head) ? '\r' : '\n';
  }

  /** The records that end in this piece. @throws AppError INVALID_INPUT for quotation marks that do not match. */
  take(piece: string): CsvRecord[] {
    return this.read(this.rest + piece, false);
  }

  /** The last record, where no line end closes the file. */
  end(): CsvRecord[] {
    return this.read(this.rest, true);
  }

  private read(text: string, isLast: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    const keep = (fields: readonly string[]): void => {
      if (this.line >= this.headerLine) records.push({ line: this.line, fields });
    };
    let at = 0;
    let quoteAt = text.indexOf(QUOTE);
    while (at < text.length) {
      const breakAt = text.indexOf(this.lineBreak, at);
      if (breakAt < 0 && !isLast) break;
      const end = breakAt < 0 ? text.length : breakAt;
      if (quoteAt >= 0 && quoteAt < at) quoteAt = text.indexOf(QUOTE, at);
      if (quoteAt < 0 || quoteAt >= end) {
        const fields = this.split(text.slice(at, end));
        if (fields) keep(fields);
        this.line++;
        at = end + 1;
        continue;
      }
      const quoted = this.readQuoted(text, at, isLast);
      if (!quoted) break;
      keep(quoted.fields);
      this.line += 1 + this.breaksIn(text, at, quoted.end);
      at = quoted.end + 1;
    }
    this.rest = isLast ? '' : text.slice(at);
    if (this.rest.length > LIMITS.recordBytes) {
      const why = `holds a record of more than ${LIMITS.recordBytes} bytes; is a quotation mark missing?`;
      throw this.unreadable(why);
    }
    return records;
  }

  /** The fields of a line without quotation marks; undefined for an empty one. */
  private split(line: string): string[] | undefined {
    const fields = line.split(this.delimiter);
    for (let index = 0; index < fields.length; index++) {
      const field = fields[index]!;
      if (field.charCodeAt(0) <= 32 || field.charCodeAt(field.length - 1) <= 32) fields[index] = field.trim();
    }
    return fields.length === 1 && fields[0] === '' ? undefined : fields;
  }

  /** The record at `start` and where its line break is; undefined when more of the file is needed to tell. */
  private readQuoted(
    text: string,
    start: number,
    isLast: boolean,
  ): { fields: string[]; end: number } | undefined {
    const fields: string[] = [];
    let at = start;
    for (;;) {
      at = this.afterBlanks(text, at);
      const field = text[at] === QUOTE ? this.quotedField(text, at, isLast) : this.plainField(text, at);
      if (!field) return undefined;
      fields.push(field.value);
      at = field.end;
      if (at >= text.length) return isLast ? { fields, end: at } : undefined;
      if (text[at] === this.lineBreak) return { fields, end: at };
      at++;
    }
  }

  /** Up to the delimiter or line break after the closing mark. */
  private quotedField(
    text: string,
    start: number,
    isLast: boolean,
  ): { value: string; end: number } | undefined {
    let value = '';
    let at = start + 1;
    for (;;) {
      const mark = text.indexOf(QUOTE, at);
      // At the very end of a piece, a mark may be the first of two.
      if (mark < 0 || (mark + 1 >= text.length && !isLast)) {
        if (isLast) throw this.unreadable('has quotation marks that do not match.');
        return undefined;
      }
      value += text.slice(at, mark);
      if (text[mark + 1] !== QUOTE) {
        const end = this.afterBlanks(text, mark + 1);
        if (end < text.length && text[end] !== this.delimiter && text[end] !== this.lineBreak)
          throw this.unreadable('has quotation marks that do not match.');
        return { value, end };
      }
      value += QUOTE;
      at = mark + 2;
    }
  }

  private plainField(text: string, start: number): { value: string; end: number } {
    let end = start;
    while (end < text.length && text[end] !== this.delimiter && text[end] !== this.lineBreak) {
      if (text[end] === QUOTE) throw this.unreadable('has quotation marks that do not match.');
      end++;
    }
    return { value: text.slice(start, end).trim(), end };
  }

  private afterBlanks(text: string, start: number): number {
    let at = start;
    while (
      at < text.length &&
      text.charCodeAt(at) <= 32 &&
      text[at] !== this.delimiter &&
      text[at] !== this.lineBreak
    )
      at++;
    return at;
  }

  private breaksIn(text: string, from: number, to: number): number {
    let breaks = 0;
    for (
      let at = text.indexOf(this.lineBreak, from);
      at >= 0 && at < to;
      at = text.indexOf(this.lineBreak, at + 1)
    )
      breaks++;
    return breaks;
  }

  private unreadable(why: string): Error {
    return invalidInput(FILE_PATH, `Line ${this.line} ${why} Correct it and upload the file again.`, 'csv');
  }
}
