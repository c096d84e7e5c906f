/** What the tests of inference share: a deployment that answers a constant, and one call of `predict`. */
import { contentHash } from '../../src/kernel/hash';
import { INFERENCE_COMPLETED } from '../../src/modules/inference';
import { deployed } from '../deployments/support';
import { handMadeVersion, ROW } from '../support/hand-made-version';
import type { UserErrorData } from '../support/client';
import { usageSettled } from '../support/settled-usage';
import type { Person, World } from '../support/world';

const FIELDS = `inference { id status outputs rows batchRows queueMs computeMs totalMs createdAt principal
  price { amountMinor currency } priceExact cached fallbackStep endUser { id } consent { purpose granted } }
  feedbackToken`;

export interface Answer {
  readonly inference: {
    readonly id: string;
    readonly outputs: unknown;
    readonly batchRows: number;
    readonly priceExact: string;
    readonly consent: readonly { readonly purpose: string; readonly granted: boolean }[];
    readonly endUser: { readonly id: string } | null;
    readonly [field: string]: unknown;
  } | null;
  readonly feedbackToken: string | null;
}

export interface Served {
  readonly staff: Person;
  readonly modelId: string;
  readonly versionId: string;
  readonly deploymentId: string;
}

/** Staff, and a deployment under `name` that answers `probability`. */
export async function served(
  world: World,
  name: string,
  probability = 0.75,
  staff?: Person,
): Promise<Served> {
  const admin = staff ?? (await world.staff());
  const { modelId, versionId } = await handMadeVersion(world, probability);
  const { id } = await deployed(world, admin, name, [{ versionId }]);
  return { staff: admin, modelId, versionId, deploymentId: id };
}

export async function predict(person: Person, input: object = {}): Promise<Answer> {
  return person.client.mutate<Answer>(
    'predict',
    'PredictInput!',
    { deployment: 'wages', rows: ROW, ...input },
    FIELDS,
  );
}

export async function attempt(
  person: Person,
  input: object = {},
): Promise<{ payload: Answer; errors: readonly UserErrorData[] }> {
  return person.client.attempt<Answer>(
    'predict',
    'PredictInput!',
    { deployment: 'wages', rows: ROW, ...input },
    FIELDS,
  );
}

/** How many inferences usage records count: of all, or of these. One that two records counted, or one counted twice, is two. */
export async function billed(world: World, ids?: readonly string[]): Promise<number> {
  await usageSettled(world.app);
  const text = `select count(*)::int as count from usage_records, unnest(inference_ids) as counted
    where $1::text[] is null or counted = any($1)`;
  return count(world, text, [ids]);
}

export async function count(world: World, text: string, values: readonly unknown[] = []): Promise<number> {
  const { rows } = await world.app.platform.database.servicePool.query<{ count: number }>(text, [...values]);
  return rows[0]!.count;
}

/** Of all predictions, those whose facts no longer have the hash that the audit log holds of them, or of which it holds none. */
export async function untrue(world: World): Promise<string[]> {
  await world.settle();
  const { rows } = await world.app.platform.database.servicePool.query<{
    id: string;
    data: object;
    hashes: string[];
  }>(
    `select i.id, data, array[after_hash, data_hash] as hashes from inferences i
       left join (select object, a.after_hash, a.data_hash from audit_records a where action = $1) logged on logged.object = i.id
       left join (select subject, data from domain_events where type = $1) told on told.subject = i.id`,
    [INFERENCE_COMPLETED],
  );
  return rows
    .filter(({ data, hashes }) => hashes.some((hash) => hash !== contentHash(data)))
    .map(({ id }) => id);
}
