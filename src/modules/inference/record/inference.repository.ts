/**
 * The statements that write predictions down, many rows at a time. Whether inputs and outputs may be kept is decided by
 * the very statement that keeps them, from the consents as they stand in that moment: a withdrawal holds from then on.
 */
import { contentHash } from '../../../kernel/hash';
import { BulkRows, type Database, SERVICE } from '../../../platform/database';
import { CONSENT_NOW_SQL, CONSENT_STATES_SQL, ConsentPurpose } from '../../privacy';
import { InferenceStatus } from './inference.entity';
import { factsOf, type InferenceRecord, type StoredFacts } from './inference-record';
import { ServiceClass } from '../service-class';

/** The purpose whose consent text asks to keep what was sent and what was answered. */
export const PAYLOAD_PURPOSE = ConsentPurpose.TRAINING;
/** How long a key is remembered. */
export const KEY_LIFETIME_MS = 24 * 3_600_000;

const MAY_KEEP = `payload is not null and ${CONSENT_NOW_SQL('record.customer_id', 'record.end_user_id', PAYLOAD_PURPOSE)}`;

const ROWS = new BulkRows<InferenceRecord>(
  {
    customer_id: { type: 'text', of: ({ customerId }) => customerId },
    status: { type: 'text', of: ({ status }) => status ?? InferenceStatus.SUCCEEDED },
    principal: { type: 'text', of: ({ principalId }) => principalId },
    principal_kind: { type: 'text', of: ({ principal }) => principal.kind },
    deployment_id: { type: 'text', of: ({ deploymentId }) => deploymentId },
    model_id: { type: 'text', of: ({ modelId }) => modelId },
    model_version_id: { type: 'text', of: ({ modelVersionId }) => modelVersionId },
    engine_id: { type: 'text', of: ({ engineId }) => engineId },
    rows: { type: 'int', of: ({ rows }) => rows },
    currency: { type: 'text', of: ({ price }) => price.currency },
    plan_id: { type: 'text', of: ({ price }) => price.planId },
    test_assignments: {
      type: 'jsonb',
      of: ({ assignments }) => assignments.map(({ testId, variantKey }) => ({ testId, variantKey })),
    },
    asked_deployment_id: { type: 'text', of: ({ askedDeploymentId }) => askedDeploymentId },
    fallback_step: { type: 'smallint', of: ({ fallbackStep }) => fallbackStep ?? 0 },
    service_class: { type: 'text', of: ({ serviceClass }) => serviceClass ?? ServiceClass.STANDARD },
    version_choice: { type: 'text', of: ({ versionChoice }) => versionChoice },
  },
  {
    created_at: { type: 'timestamptz', of: ({ createdAt }) => createdAt },
    id: { type: 'text', of: ({ id }) => id },
    end_user_id: { type: 'text', of: ({ endUserId }) => endUserId },
    batch_rows: { type: 'int', of: ({ batchRows }) => batchRows },
    queue_ms: { type: 'float8', of: ({ queueMs }) => queueMs },
    compute_ms: { type: 'float8', of: ({ computeMs }) => computeMs },
    total_ms: { type: 'float8', of: ({ totalMs }) => totalMs },
    device_ms: { type: 'float8', of: ({ deviceMs }) => deviceMs },
    price_exact: { type: 'numeric', of: ({ price }) => price.price },
    cost_exact: { type: 'numeric', of: ({ cost }) => cost },
    payload: { type: 'text', of: ({ payload }) => payload },
    payload_until: { type: 'timestamptz', of: ({ payload, payloadUntil }) => payload && payloadUntil },
    prompt_tokens: { type: 'int', of: ({ promptTokens }) => promptTokens ?? 0 },
    completion_tokens: { type: 'int', of: ({ completionTokens }) => completionTokens ?? 0 },
    source_inference_id: { type: 'text', of: ({ sourceInferenceId }) => sourceInferenceId },
    request_id: { type: 'text', of: ({ requestId }) => requestId },
    facts_hash: { type: 'text', of: (record) => contentHash(factsOf(record)) },
  },
);

/** The row is an event, too, so it has its place among them; `facts_hash` is what the audit log keeps of it. */
const INSERT = `insert into inferences (transaction_id, position, principal_kind, request_id, facts_hash,
    customer_id, created_at, id, status, principal, end_user_id, deployment_id, model_id,
    model_version_id, engine_id, rows, batch_rows, queue_ms, compute_ms, total_ms, device_ms, price_exact, cost_exact,
    currency, plan_id, test_assignments, consent_states, payload, payload_until,
    prompt_tokens, completion_tokens, asked_deployment_id, fallback_step, source_inference_id, service_class, version_choice)
  select pg_current_xact_id(), nextval('outbox_position'), principal_kind, request_id, facts_hash,
    customer_id, created_at, id, status, principal, end_user_id, deployment_id, model_id, model_version_id,
    engine_id, rows, batch_rows, queue_ms, compute_ms, total_ms, device_ms, price_exact, cost_exact, currency, plan_id,
    test_assignments, ${CONSENT_STATES_SQL('record.customer_id', 'record.end_user_id')},
    case when ${MAY_KEEP} then payload end, case when ${MAY_KEEP} then payload_until end,
    prompt_tokens, completion_tokens, asked_deployment_id, fallback_step, source_inference_id, service_class, version_choice
  from ${ROWS.sql} as record
  returning id, consent_states as "consentStates", payload_until as "payloadUntil"`;

const STANDING = `select id, consent_states as "consentStates", payload_until as "payloadUntil"
  from inferences join unnest($1::text[], $2::timestamptz[], $3::text[]) as asked (customer_id, created_at, id)
    using (customer_id, created_at, id)`;

const CLAIM = `insert into inference_keys as held (customer_id, key, input_hash, inference_id, created_at)
  select distinct on (customer_id, key) customer_id, key, input_hash, inference_id, created_at
  from jsonb_to_recordset($1::jsonb) as claim (customer_id text, key text, input_hash text, inference_id text, created_at timestamptz)
  order by customer_id, key, inference_id
  on conflict (customer_id, key) do update
    set input_hash = excluded.input_hash, inference_id = excluded.inference_id, created_at = excluded.created_at
    where held.created_at <= excluded.created_at - make_interval(secs => ${KEY_LIFETIME_MS / 1000})
  returning inference_id as id`;

const ENGINE = `insert into inference_engines (id, kind, device, version, refused, memory_bytes) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`;

type StoredRow = StoredFacts & { readonly id: string };

export class InferenceRepository {
  private readonly knownEngines = new Set<string>();

  constructor(private readonly database: Database) {}

  /** Claims the keys of these records, in the caller's unit of work. Answers the ids of those whose key was taken before. */
  async claimKeys(records: readonly InferenceRecord[]): Promise<Set<string>> {
    const keyed = records.flatMap(({ idempotency, customerId, id, createdAt }) =>
      idempotency
        ? [
            {
              customer_id: customerId,
              key: idempotency.key,
              input_hash: idempotency.inputHash,
              inference_id: id,
              created_at: createdAt,
            },
          ]
        : [],
    );
    if (keyed.length === 0) return new Set();
    const claimed = await this.database.unitOfWork.sql<{ id: string }>(CLAIM, [JSON.stringify(keyed)]);
    const mine = new Set(claimed.map(({ id }) => id));
    return new Set(keyed.map(({ inference_id: id }) => id).filter((id) => !mine.has(id)));
  }

  /** Those of the records that are written already, and what was decided for each. */
  async standing(records: readonly InferenceRecord[]): Promise<ReadonlyMap<string, StoredFacts>> {
    const values = [
      records.map(({ customerId }) => customerId),
      records.map(({ createdAt }) => createdAt),
      records.map(({ id }) => id),
    ];
    const rows = await this.database.read.sql<StoredRow>(SERVICE, 'inference.standing', STANDING, values);
    return factsById(rows);
  }

  /** Writes the records, in the caller's unit of work, and answers what was decided for each. */
  async insert(records: readonly InferenceRecord[]): Promise<ReadonlyMap<string, StoredFacts>> {
    if (records.length === 0) return new Map();
    const { unitOfWork } = this.database;
    const engines = new Map(records.map(({ engineId, engine }) => [engineId, engine]));
    const introduced = [...engines].filter(([id]) => !this.knownEngines.has(id));
    // Not awaited before the rows: all are sent at once, and fail together.
    const introducing = introduced.map(([id, { kind, device, version, refused, memoryBytes = null }]) =>
      unitOfWork.sql(ENGINE, [id, kind, device, version, JSON.stringify(refused), memoryBytes]),
    );
    unitOfWork.afterCommit(() => introduced.forEach(([id]) => this.knownEngines.add(id)));
    const [rows] = await Promise.all([
      unitOfWork.sql<StoredRow>(INSERT, ROWS.values(records)),
      ...introducing,
    ]);
    return factsById(rows);
  }
}

function factsById(rows: readonly StoredRow[]): ReadonlyMap<string, StoredFacts> {
  return new Map(rows.map((row) => [row.id, row]));
}
