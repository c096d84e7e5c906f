export { Dispatcher } from './dispatcher';
export type { DomainEvent, Events, EventSubscriber, NewEvent, Signals } from './event';
export { Outbox } from './outbox';
export { replayEvents } from './replay';
export { type ActingRequest, requestScope } from './request-scope';
export { PostgresSignals } from './signals';
