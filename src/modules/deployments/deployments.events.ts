/** What deployments announce. */

/** Events in the outbox: the changes of a deployment's routes, and whether they are served. */
export const DEPLOYMENT_MOVED = {
  CREATED: 'deployment.created',
  PROMOTED: 'deployment.promoted',
  ROLLED_BACK: 'deployment.rolled-back',
  CANARY_STARTED: 'deployment.canary-started',
  CANARY_STEPPED: 'deployment.canary-stepped',
  CANARY_COMPLETED: 'deployment.canary-completed',
} as const;

/** A canary waits for a person, or goes on. */
export const DEPLOYMENT_CANARY = {
  PAUSED: 'deployment.canary-paused',
  RESUMED: 'deployment.canary-resumed',
} as const;

/** Its traffic no longer resembles what its version learned from; `data` says how far, by input and for the score. */
export const DEPLOYMENT_DRIFT_FOUND = 'deployment.drift-found';

/** A version is asked beside those that answer, or is not any more. */
export const DEPLOYMENT_SHADOW = {
  STARTED: 'deployment.shadow-started',
  ENDED: 'deployment.shadow-ended',
} as const;

/** Its fallbacks, or how long answers may be repeated, changed. */
export const DEPLOYMENT_CONFIGURED = 'deployment.configured';

/** Signal to every process and to subscriptions: this deployment (`id`) changed in any way. */
export const DEPLOYMENT_CHANNEL = 'flywheel_deployment';
