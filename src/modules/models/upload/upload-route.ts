/** `POST /uploads`: the one way for files, because GraphQL is for questions and a file is a stream. */
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { authorize } from '../../identity';
import type { UploadService } from './upload.service';

/** The file is the whole body, whatever its content type. Answers `{ uploadId, sizeBytes }`. */
export function uploadRoutes(uploads: UploadService): (http: FastifyInstance) => Promise<void> {
  return async (http) => {
    await http.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      // The bytes are taken as they come: nothing is gathered in memory, and our own limit is the one that counts.
      scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
      scope.post('/uploads', { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
        const { principal } = request.acting;
        const body: IncomingMessage = request.raw;
        try {
          authorize({ principal }, 'dataset:upload');
          const length = request.headers['content-length'];
          const received = await uploads.receive(
            body,
            length === undefined ? undefined : Number(length),
            principal,
          );
          return await reply.status(201).send(received);
        } finally {
          // A refusal comes before the end of the body; what is left is read and dropped, so that the client hears it.
          body.resume();
        }
      });
    });
  };
}
