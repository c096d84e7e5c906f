/**
 * The console: pages for staff and customers, served as they lie here and without a build. It is a front end like any other,
 * written with nothing but the documents in schema/operations and a session of its own; it knows no door that others do not.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { shippedDocuments } from '../../platform/graphql';

const FOLDER = path.join(__dirname, 'page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
};
/** The pages run what lies here and talk to this server: nothing else, from nowhere else. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** What an operation is called in its document. */
const NAME = /^(?:query|mutation|subscription) (\w+)/m;

export function serveConsole(http: FastifyInstance): void {
  const send = (file: string) => async (_request: unknown, reply: FastifyReply) =>
    reply
      .type(TYPES[path.extname(file)]!)
      .header('content-security-policy', POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-cache')
      .send(await fs.promises.readFile(path.join(FOLDER, file)));
  http.get('/', (_request, reply) => reply.redirect('/console'));
  http.get('/console', send('console.html'));
  // Each file by its own name: no path of a visitor's is ever joined to a folder.
  for (const file of filesOf(FOLDER)) http.get(`/console/${file}`, send(file));
  http.get('/console/documents.json', async (_request, reply) =>
    reply
      .header('cache-control', 'no-cache')
      .send(Object.fromEntries(shippedDocuments().map((text) => [NAME.exec(text)![1], text]))),
  );
}

function filesOf(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.extname(file) in TYPES)
    .map((file) => file.split(path.sep).join('/'));
}
