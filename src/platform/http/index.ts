export { guardedLookup } from './guarded-lookup';
export { createHttpServer, type HttpServerSettings } from './http-server';
export { SignedLinks } from './signed-links';
