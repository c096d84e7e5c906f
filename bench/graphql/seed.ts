/** The rows that every contender reads: one customer's inferences, each by one of twenty versions of a model. */
import type { Pool } from 'pg';
import { newId } from '../../src/kernel/id';

const ROWS = 10_000;
const VERSIONS = 20;
/** Far enough apart that ids sort as the rows were made; all within the present month. */
const APART_MS = 5;

export interface Seeded {
  /** An id in the midst of the table. */
  readonly inferenceId: string;
}

export async function seed(pool: Pool, customerId: string, now: Date): Promise<Seeded> {
  const modelId = newId('mdl', now);
  await pool.query(
    `insert into models (id, name, task, created_at) values ($1, 'benchmark', 'TABULAR_CLASSIFICATION', $2)`,
    [modelId, now],
  );
  const versions = Array.from({ length: VERSIONS }, () => newId('mdv', now));
  await pool.query(
    `insert into model_versions (id, model_id, number, content_hash, engine, signature, size_bytes, artefacts,
       input_width, output_width, warm_up, parent_ids, metrics, created_at)
     select id, $2, n, md5(id) || md5(n::text), 'ONNX', '{"inputs": [], "outputs": []}', 4096, '[]', 10, 1, '[]', '{}', '[]', $3
     from unnest($1::text[]) with ordinality as t (id, n)`,
    [versions, modelId, now],
  );
  const instants = Array.from(
    { length: ROWS },
    (_, row) => new Date(now.getTime() - (ROWS - row) * APART_MS),
  );
  const ids = instants.map((instant) => newId('inf', instant));
  await pool.query(
    `insert into inferences (customer_id, created_at, id, status, principal, deployment_id, model_id, model_version_id,
       engine_id, rows, batch_rows, queue_ms, compute_ms, total_ms,
       device_ms, price_exact, cost_exact, currency, plan_id, consent_states, test_assignments)
     select $1, at, id, 'SUCCEEDED', 'key_benchmark', 'dep_benchmark', $4, ($5::text[])[1 + n % $6], 'engine', 1, 1 + n % 8,
       round((n % 97) / 31.0, 3), round((n % 89) / 29.0, 3), round((n % 97) / 31.0 + (n % 89) / 29.0, 3), 0.5, 0.01,
       0.0001, 'USD', 'pln_benchmark', '[]', '[]'
     from unnest($2::timestamptz[], $3::text[]) with ordinality as t (at, id, n)`,
    [customerId, instants, ids, modelId, versions, VERSIONS],
  );
  await pool.query('vacuum analyze inferences, model_versions');
  return { inferenceId: ids[ROWS / 2]! };
}

/**
 * What PostGraphile sees: views over the same tables under the caller's rights, with the keys and the relation named
 * in its smart comments, because the product's tables have no foreign key from the log.
 */
export const POSTGRAPHILE_VIEWS = `
  create schema bench;
  create view bench.model_versions with (security_invoker) as
    select id, number, content_hash from public.model_versions;
  create view bench.inferences with (security_invoker) as
    select customer_id, id, created_at, status, queue_ms, compute_ms, total_ms, batch_rows, model_version_id from public.inferences;
  comment on view bench.model_versions is E'@primaryKey id';
  comment on view bench.inferences is E'@primaryKey customer_id,created_at,id\\n@foreignKey (model_version_id) references bench.model_versions (id)|@fieldName modelVersion';
  comment on column bench.inferences.id is E'@behavior +orderBy';
  grant usage on schema bench to flywheel_app;
  grant select on all tables in schema bench to flywheel_app`;
