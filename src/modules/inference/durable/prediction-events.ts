/** What durable predictions announce: in the outbox, and to those who watch. */

/** One was accepted; nothing is done yet. */
export const PREDICTION_CREATED = 'prediction.created';
/** One was answered. */
export const PREDICTION_COMPLETED = 'prediction.completed';
/** One was given up; `data.code` says why. */
export const PREDICTION_FAILED = 'prediction.failed';
/** Every change of one is announced here, with its id. */
export const PREDICTION_CHANNEL = 'flywheel_prediction';
