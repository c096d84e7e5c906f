/** Where a version is fetched: under a signed address that expires, by whoever was given it. */
import type { FastifyInstance } from 'fastify';
import { asDownload } from '../../../platform/http';
import { exportPath, type ModelExportService } from './model-export.service';

export function serveExports(http: FastifyInstance, exports: Pick<ModelExportService, 'fetch'>): void {
  http.get<{ Params: { id: string } }>(exportPath(':id'), async ({ url, params }, reply) => {
    const file = await exports.fetch(url, params.id);
    if (!file) return reply.callNotFound();
    return asDownload(reply, file.name).type('application/zip').send(file.content);
  });
}
