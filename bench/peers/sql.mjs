// The statements that a careful hand would write for the same answers.
const COLUMNS = `i.id, i.created_at as "createdAt", i.status, i.queue_ms as "queueMs", i.compute_ms as "computeMs", i.total_ms as "totalMs", i.batch_rows as "batchRows"`;

/** The limit stands in the text: as a parameter the planner would not know it, and sort the table. */
export const list = (first) => `select ${COLUMNS}, i.model_version_id as "modelVersionId" from inferences i
  where i.customer_id = $1 order by i.id desc limit ${Math.trunc(first)}`;
export const listJoined = (
  first,
) => `select ${COLUMNS}, v.id as "versionId", v.number, v.content_hash as "contentHash" from inferences i
  join model_versions v on v.id = i.model_version_id
  where i.customer_id = $1 order by i.id desc limit ${Math.trunc(first)}`;
export const ONE = `select ${COLUMNS}, i.model_version_id as "modelVersionId" from inferences i
  where i.customer_id = $1 and i.id = $2 and i.created_at = $3`;
export const ONE_JOINED = `select ${COLUMNS}, v.id as "versionId", v.number, v.content_hash as "contentHash" from inferences i
  join model_versions v on v.id = i.model_version_id
  where i.customer_id = $1 and i.id = $2 and i.created_at = $3`;
export const VERSIONS = `select id, number, content_hash as "contentHash" from model_versions where id = any($1)`;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** The instant that an id carries: it names the month, and so the partition, of the row. */
export function bornAt(id) {
  let time = 0;
  for (const letter of id.slice(4, 14)) time = time * 32 + ALPHABET.indexOf(letter);
  return new Date(time).toISOString();
}

export function nest({ versionId, number, contentHash, ...row }) {
  return { ...row, modelVersion: { id: versionId, number, contentHash } };
}
