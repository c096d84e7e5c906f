export { asDownload } from './download';
export { guardedLookup } from './guarded-lookup';
export { createHttpServer, type HttpServerSettings } from './http-server';
export { networkOf } from './network';
export { sendEvents, withHeartbeats } from './server-sent-events';
export { SignedLinks } from './signed-links';
