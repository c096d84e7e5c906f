/** Subscriptions at one address, by whichever of two protocols a client speaks; what is promised of them is said once, in `Streams`. */
import type { Log } from '../../log';
import { serverSentEvents } from './server-sent-events';
import { Streams, type StreamSettings } from './streams';
import { webSockets, type WebSocketTimes } from './web-sockets';

export type { WebSocketTimes };

const URL_OF_STREAM = '/graphql/stream';

export interface AllStreamSettings extends StreamSettings {
  readonly log: Log;
  readonly webSocketTimes?: WebSocketTimes;
}

export function addStreams(settings: AllStreamSettings): void {
  const { http, trusted } = settings;
  const streams = new Streams(settings);
  const overEvents = serverSentEvents(streams, trusted);
  const overSocket = webSockets(streams, settings, settings.webSocketTimes);
  http.route({
    method: ['GET', 'POST'],
    url: URL_OF_STREAM,
    config: { carriesNoActor: true, webSocket: true },
    handler: (request, reply) => (request.upgrade ? overSocket(request, reply) : overEvents(request, reply)),
  });
}
