export { createHttpServer, type HttpServerSettings } from './http-server';
export { SignedLinks } from './signed-links';
