/** What goes with every file under a signed address: no cache keeps it, no page that it opens learns the address, it is what it says. */
import type { FastifyReply } from 'fastify';

/** @param name in letters, digits, dots and dashes. */
export function asDownload(
  reply: FastifyReply,
  name: string,
  shown: 'attachment' | 'inline' = 'attachment',
): FastifyReply {
  return reply
    .header('cache-control', 'private, no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-content-type-options', 'nosniff')
    .header('content-disposition', `${shown}; filename="${name}"`);
}
