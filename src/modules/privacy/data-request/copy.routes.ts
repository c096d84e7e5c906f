/** Where a copy is downloaded: under a signed address that expires, by whoever was given it. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { asDownload, type SignedLinks } from '../../../platform/http';
import { copyDownloaded } from '../privacy.events';
import type { CopyService } from './copy.service';
import { DataRequest } from './data-request.entity';

export function copyPath(requestId: string): string {
  return `/data-requests/${requestId}.zip`;
}

export interface CopyRouteDoors {
  readonly database: Database;
  readonly events: Events;
  readonly clock: Clock;
  readonly links: SignedLinks;
  readonly copies: Pick<CopyService, 'read'>;
}

/** Event: data-request.copy-downloaded. */
export function serveCopies(
  http: FastifyInstance,
  { database, events, clock, links, copies }: CopyRouteDoors,
): void {
  http.get<{ Params: { id: string } }>(copyPath(':id'), async ({ url, params }, reply) => {
    const request = links.verify(url)
      ? await database.read.one(DataRequest, { scope: SERVICE, where: { id: params.id } })
      : null;
    const { copyHash, copyUntil } = request ?? {};
    if (!request || !copyHash || !copyUntil || new Date(copyUntil) <= clock.now())
      return reply.callNotFound();
    await database.unitOfWork.run(SERVICE, () => events.emit(copyDownloaded(request)));
    return asDownload(reply, `${request.id}.zip`)
      .type('application/zip')
      .send(Readable.from(copies.read(request.id, copyHash)));
  });
}
