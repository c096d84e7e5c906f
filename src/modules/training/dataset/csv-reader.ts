/**
 * Reads CSV as RFC 4180 has it, in a stream: UTF-8 with or without a mark, any line end, line breaks inside quotation
 * marks, comma, semicolon or tab. What cannot be read as text at all is refused with the place where it went wrong.
 */
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { invalidInput } from '../../../kernel/errors';
import { LIMITS } from './dataset-limits';

export interface CsvRecord {
  /** The line on which the record starts, the first being 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

const FILE_PATH = ['input', 'uploadId'];
const DELIMITERS = [',', ';', '\t'];
const HEAD_LENGTH = 64 * 1024;

/** @throws AppError INVALID_INPUT for another encoding, binary contents or quotation marks that do not match. */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRecord> {
  const text = decode(bytes);
  const head = await takeHead(text);
  const parser = parse({
    delimiter: delimiterOf(head),
    info: true,
    relaxColumnCount: true,
    skipEmptyLines: true,
    trim: true,
    maxRecordSize: LIMITS.recordBytes,
  });
  // The callback is there because errors reach the reader through the parser, which the pipeline destroys with them.
  pipeline(Readable.from(resume(head, text)), parser, () => undefined);
  try {
    for await (const part of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { line: part.info.lines - breaksIn(part.record), fields: part.record };
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  }
}

async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let position = 0;
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      const message = `The file is not UTF-8 text (near byte ${position}). Save it as UTF-8 and upload it again.`;
      throw invalidInput(FILE_PATH, message, 'encoding');
    }
  };
  for await (const chunk of bytes) {
    const text = decoded(chunk);
    if (text.includes('\0')) {
      throw invalidInput(
        FILE_PATH,
        `The file holds binary data (near byte ${position}). Upload CSV.`,
        'encoding',
      );
    }
    position += chunk.byteLength;
    if (text) yield text;
  }
  const rest = decoded();
  if (rest) yield rest;
}

/** Enough of the text to see its first line. */
async function takeHead(text: AsyncIterator<string>): Promise<string> {
  let head = '';
  while (!/[\r\n]/.test(head) && head.length < HEAD_LENGTH) {
    const { value, done } = await text.next();
    if (done) break;
    head += value as string;
  }
  return head;
}

async function* resume(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (head) yield head;
  yield* rest;
}

/** The delimiter that occurs most in the first line. */
function delimiterOf(head: string): string {
  const [line = ''] = head.split(/[\r\n]/, 1);
  const count = (delimiter: string): number => line.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

function breaksIn(fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + (field.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

function unreadable(error: CsvError): Error {
  const lines = (error as { lines?: unknown }).lines;
  const where = typeof lines === 'number' ? `Line ${lines}` : 'The file';
  const long = error.code === 'CSV_MAX_RECORD_SIZE';
  const why = long
    ? `holds a record of more than ${LIMITS.recordBytes} bytes; is a quotation mark missing?`
    : 'has quotation marks that do not match.';
  return invalidInput(FILE_PATH, `${where} ${why} Correct it and upload the file again.`, 'csv');
}
