/**
 * /metrics: figures of the process. They name no customer and nobody, and yet tell how much is sold and what fails; so they are for this
 * machine, and for whoever shows the token that the operator set.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../kernel/errors';
import { isLoopback } from '../config/loopback';
import type { Metrics } from '../metrics';

export function serveFigures(http: FastifyInstance, metrics: Metrics, token: string | undefined): void {
  // The token is nobody's who acts in the product.
  http.get('/metrics', { config: { readsOwnCredential: true } }, async (request, reply) => {
    if (!isOfThisMachine(request) && !isShown(token, request.headers.authorization)) {
      const message =
        'Figures are for this machine, or for whoever shows FLYWHEEL_METRICS_TOKEN as a bearer token.';
      throw new AppError('UNAUTHENTICATED', message);
    }
    return reply.type(metrics.registry.contentType).send(await metrics.text());
  });
}

/** What a proxy of this machine passes on comes from elsewhere, also where nobody said that there is one. */
function isOfThisMachine({ ip, headers, socket }: FastifyRequest): boolean {
  const isPassedOn = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  return (
    !isPassedOn && [ip, socket.remoteAddress ?? ''].every((one) => isLoopback(one.replace(/^::ffff:/i, '')))
  );
}

function isShown(token: string | undefined, authorization = ''): boolean {
  if (token === undefined) return false;
  const [shown, wanted] = [authorization, `Bearer ${token}`].map((text) =>
    createHash('sha256').update(text).digest(),
  );
  return timingSafeEqual(shown!, wanted!);
}
