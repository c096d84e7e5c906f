/** The door of training: data sets, training jobs, and the preparation that serving repeats. */
export type { Preparation } from './preparation/encode-row';
export { applyPreparation, applyToRows, preparationOf } from './preparation/preparation';
