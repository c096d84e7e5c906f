/** The page that a browser meets at /graphql in development: one file, nothing from elsewhere. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { shippedDocuments } from '../trusted-documents';

const read = (name: string): string => fs.readFileSync(path.join(__dirname, name), 'utf8');

/** Answers browsers with the page, also where a link brings a query along; every other client goes on to GraphQL. */
export function addExplorer(http: FastifyInstance): void {
  const page = read('explorer.html')
    .replace('<style></style>', () => `<style>${read('explorer.css')}</style>`)
    .replace('id="documents">', (tag) => tag + examples());
  const policy = policyOf(page);
  http.addHook('preHandler', async (request, reply) => {
    const isBrowser =
      request.method === 'GET' &&
      /^\/graphql(\?|$)/.test(request.url) &&
      (request.headers.accept ?? '').includes('text/html');
    if (!isBrowser) return undefined;
    return reply
      .header('content-security-policy', policy)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page);
  });
}

/** The documents that we ship, as data in the page: no text of theirs can end the element that holds it. */
function examples(): string {
  return JSON.stringify(shippedDocuments()).replaceAll('<', '\\u003c');
}

/** The page may run its own script and style and talk to this server: nothing else, from nowhere else. */
function policyOf(page: string): string {
  const hashOf = (tag: string): string => {
    const text = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  return [
    "default-src 'none'",
    `script-src ${hashOf('script')}`,
    `style-src ${hashOf('style')}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
