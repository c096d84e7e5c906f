/** Streams over server-sent events, in the protocol of graphql-sse: one request an operation. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ExecutionResult } from 'graphql';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import { AppError } from '../../../kernel/errors';
import type { TrustedDocuments } from '../trusted-documents';
import { StreamFailure, type StreamReader, type Streams } from './streams';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

export function serverSentEvents(streams: Streams, trusted: TrustedDocuments): Handler {
  const handler = createHandler({
    // No tokens: a reserved stream would be state that another process does not have.
    authenticate: () => null,
    onSubscribe: async ({ raw }, { query, variables, operationName }) => {
      try {
        return told(await streams.open({ query, variables, operationName }, readerOf(raw)));
      } catch (error) {
        return lastWord(error);
      }
    },
  });
  return (request, reply) => {
    trusted.resolve(request);
    // The library takes the bare type only, and answers 404 without a word to all others: to clients that take more, too.
    request.raw.headers.accept = acceptedAs(request.headers.accept);
    return handler(request, reply);
  };
}

const EVENTS = 'text/event-stream';

/** @throws AppError for a client that could not read what would come. */
function acceptedAs(accept = '*/*'): string {
  if (/(text\/event-stream|text\/\*|\*\/\*)/i.test(accept)) return EVENTS;
  throw new AppError(
    'MALFORMED',
    `A stream comes as server-sent events: accept ${EVENTS}, or ask over a WebSocket.`,
  );
}

function readerOf(request: FastifyRequest): StreamReader {
  const { answer, headers } = request;
  return {
    asker: request,
    authorization: headers.authorization,
    unsent: () => answer.writableLength,
    whenOver: (listener) => (answer.closed ? listener() : answer.once('close', listener)),
  };
}

/** The protocol knows no message for a failure: it is the last event. */
async function* told(events: AsyncGenerator<ExecutionResult>): AsyncGenerator<ExecutionResult> {
  try {
    yield* events;
  } catch (error) {
    yield lastWord(error);
  }
}

/** Without `data` graphql-sse would not know it for a result. */
function lastWord(error: unknown): ExecutionResult {
  if (!(error instanceof StreamFailure)) throw error;
  return { data: null, errors: error.errors as never };
}
