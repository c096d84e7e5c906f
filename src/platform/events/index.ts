export { Dispatcher, EVENTS_OF_STRETCH, placesOf } from './dispatcher';
export type {
  DomainEvent,
  Events,
  EventSubscriber,
  NewEvent,
  Signals,
  Stretch,
  StretchSubscriber,
} from './event';
export { Outbox } from './outbox';
export { replayEvents } from './replay';
export { type ActingRequest, requestScope } from './request-scope';
export { PostgresSignals } from './signals';
