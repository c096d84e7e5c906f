/** Entity tags (RFC 9110, 8.8.3 and 13.1.2): what a client has already needs not be sent again. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sha256 } from '../../../kernel/hash';

const LETTERS = 32;

/** Answers the JSON text, or 304 without it where the request says that it is known. */
export function sendTagged(request: FastifyRequest, reply: FastifyReply, json: string): FastifyReply {
  const tag = `"${sha256(json).slice(0, LETTERS)}"`;
  reply.header('etag', tag).header('cache-control', 'private, no-cache');
  if (isKnown(request.headers['if-none-match'], tag)) return reply.status(304).send();
  return reply.type('application/json; charset=utf-8').send(json);
}

/** Compared weakly, as If-None-Match wants it. */
export function isKnown(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((given) => {
    const known = given.trim().replace(/^W\//, '');
    return known === '*' || known === tag;
  });
}
