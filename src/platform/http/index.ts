export { createHttpServer, type HttpServerSettings } from './http-server';
