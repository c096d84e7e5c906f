/** Who finds a hole learns whom to tell from /.well-known/security.txt (RFC 9116); not found where the operator names nobody. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../kernel/clock';

/** The file says until when it holds, less than a year ahead as the standard advises; it is made anew whenever it is asked for. */
const HOLDS_MS = 180 * 86_400_000;

export function serveSecurityTxt(contact: string | undefined, publicUrl: () => string, clock: Clock) {
  return (http: FastifyInstance): void => {
    if (!contact) return;
    http.get('/.well-known/security.txt', (_request, reply) => {
      const expires = new Date(clock.now().getTime() + HOLDS_MS).toISOString();
      const lines = [
        `Contact: ${contact}`,
        `Expires: ${expires}`,
        'Preferred-Languages: en',
        `Canonical: ${publicUrl()}/.well-known/security.txt`,
      ];
      return reply.type('text/plain; charset=utf-8').send(`${lines.join('\n')}\n`);
    });
  };
}
