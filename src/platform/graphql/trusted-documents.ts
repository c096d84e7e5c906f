/**
 * Operations that this service knows by the hash of their text. A client sends `documentId: "sha256:…"` instead of the
 * text; where they are required, nothing else runs, so that nobody can ask what no front end of ours asks.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors';
import { sha256 } from '../../kernel/hash';
import type { Config } from '../config';

const FOLDER = path.resolve(__dirname, '../../../schema/operations');
const ID = /^sha256:[0-9a-f]{64}$/;

interface RequestText {
  query?: unknown;
  documentId?: unknown;
}

/** The documents that ship with the product. */
export function shippedDocuments(folder = FOLDER): string[] {
  if (!fs.existsSync(folder)) return [];
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.graphql'));
  return files.map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
}

function documentIdOf(text: string): string {
  return `sha256:${sha256(text)}`;
}

export class TrustedDocuments {
  private readonly texts: ReadonlyMap<string, string>;

  constructor(
    private readonly mode: Config['trustedDocuments'],
    documents: readonly string[],
  ) {
    this.texts = new Map(documents.map((text) => [documentIdOf(text), text]));
  }

  /** Puts the text in the place of its id. @throws AppError DOCUMENT_NOT_TRUSTED for what is not known. */
  resolve(request: FastifyRequest): void {
    if (request.method === 'GET') this.resolveUrl(request);
    else if (isRecord(request.body)) this.resolveIn(request.body);
    // Whoever reads it later may find a document where there is none for us.
    else if (this.mode === 'require') throw malformed('Send a JSON object, as application/json.');
  }

  /** The text that was sent, or that of its id. @throws AppError. */
  text({ documentId, query }: Readonly<RequestText>): unknown {
    if (documentId === undefined) {
      this.admitText(query);
      return query;
    }
    if (query !== undefined) throw malformed('Send `query` or `documentId`, not both.');
    return this.textOf(documentId);
  }

  private resolveIn(parameters: RequestText): void {
    const query = this.text(parameters);
    if (parameters.documentId === undefined) return;
    parameters.query = query;
    delete parameters.documentId;
  }

  private resolveUrl({ raw }: FastifyRequest): void {
    // Whoever reads it later leaves out what follows a `#`: a known text would be cut to one that nobody knows.
    const [url = ''] = (raw.url ?? '').split('#', 1);
    const end = url.includes('?') ? url.indexOf('?') : url.length;
    const parameters = new URLSearchParams(url.slice(end + 1));
    const documentId = parameters.get('documentId');
    if (documentId === null) return parameters.getAll('query').forEach((query) => this.admitText(query));
    parameters.set('query', this.textOf(documentId));
    parameters.delete('documentId');
    raw.url = `${url.slice(0, end)}?${parameters.toString()}`;
  }

  private textOf(documentId: unknown): string {
    if (typeof documentId !== 'string' || !ID.test(documentId)) {
      throw malformed('documentId must look like sha256: and 64 hexadecimal digits.');
    }
    const text = this.mode === 'off' ? undefined : this.texts.get(documentId);
    if (text === undefined) throw notTrusted('This service does not know the document with this id.');
    return text;
  }

  private admitText(query: unknown): void {
    if (this.mode !== 'require' || typeof query !== 'string') return;
    if (!this.texts.has(documentIdOf(query))) throw notTrusted('This service runs known documents only.');
  }
}

function notTrusted(message: string): AppError {
  return new AppError('DOCUMENT_NOT_TRUSTED', message);
}

function malformed(message: string): AppError {
  return new AppError('MALFORMED', message);
}

function isRecord(value: unknown): value is RequestText {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
