/** What training says happened, and the channel on which a running training is followed. Ids and figures only. */
export const DATASET_VERSION_CREATED = 'dataset-version.created';
export const DATASET_REFUSED = 'dataset.refused';
export const TRAINING_REQUESTED = 'training-job.created';
export const TRAINING_PAUSED = 'training-job.paused';
export const TRAINING_RESUMED = 'training-job.resumed';
export const TRAINING_COMPLETED = 'training-job.completed';
export const TRAINING_FAILED = 'training-job.failed';
export const SEARCH_REQUESTED = 'training-search.created';
export const SEARCH_PAUSED = 'training-search.paused';
export const SEARCH_RESUMED = 'training-search.resumed';
export const SEARCH_COMPLETED = 'training-search.completed';
export const SEARCH_FAILED = 'training-search.failed';

/** A signal for each epoch of a training: `{ id, epoch }`. */
export const TRAINING_CHANNEL = 'flywheel_training';
/** A signal for each trial that begins, is scored, is left behind or fails: `{ id, trialId }` with the id of the search. */
export const SEARCH_CHANNEL = 'flywheel_search';
