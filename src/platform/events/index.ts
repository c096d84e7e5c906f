export { Dispatcher } from './dispatcher';
export type { DomainEvent, Events, EventSubscriber, NewEvent, Signals, StretchSubscriber } from './event';
export { Outbox } from './outbox';
export { type Projection, rebuildProjection, replayEvents } from './replay';
export { type Change, ReplicatedMap } from './replicated-map';
export { type ActingRequest, requestScope } from './request-scope';
export { PostgresSignals } from './signals';
export { EVENTS_OF_STRETCH, placesOf, type Stretch } from './stretch';
