/** What inference announces in the outbox. */

/** A prediction was answered; `data` has its figures, never what it was about. */
export const INFERENCE_COMPLETED = 'inference.completed';
/** Someone read what a prediction was about, later than in its answer. */
export const PAYLOAD_READ = 'inference.payload-read';
/** Payloads were looked at without names, to measure; `data` says how many and what for. */
export const PAYLOADS_SAMPLED = 'inference.payloads-sampled';
/** Payloads whose retention ended were forgotten; `data.count` says how many. */
export const PAYLOADS_EXPIRED = 'inference.payloads-expired';
