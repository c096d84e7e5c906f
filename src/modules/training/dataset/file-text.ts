/** The bytes of an upload as text: UTF-8 with or without a mark. What is no text at all is refused with the place where it went wrong. */
import { invalidInput } from '../../../kernel/errors';

export const FILE_PATH = ['input', 'uploadId'];
const HEAD_LENGTH = 64 * 1024;

export interface FileText {
  /** The beginning, at least to the end of the first line (of the first 64 KiB where that is longer). */
  readonly head: string;
  /** All of it in pieces, the head among them. */
  readonly pieces: AsyncGenerator<string>;
}

/** @throws AppError INVALID_INPUT for another encoding or binary contents. */
export async function openText(bytes: AsyncIterable<Uint8Array>): Promise<FileText> {
  const text = decode(bytes);
  let head = '';
  while (!/[\r\n]/.test(head) && head.length < HEAD_LENGTH) {
    const { value, done } = await text.next();
    if (done) break;
    head += value;
  }
  return { head, pieces: resume(head, text) };
}

async function* resume(head: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (head) yield head;
  yield* rest;
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
      const message = `The file holds binary data (near byte ${position}). Upload CSV or JSONL.`;
      throw invalidInput(FILE_PATH, message, 'encoding');
    }
    position += chunk.byteLength;
    if (text) yield text;
  }
  const rest = decoded();
  if (rest) yield rest;
}
