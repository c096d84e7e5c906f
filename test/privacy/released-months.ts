/** Months that are over, with people in them who said something or asked something: written into the tables, because nobody can speak in the past. */
import { newId } from '../../src/kernel/id';
import type { Period } from '../../src/kernel/period';
import type { CustomerPerson, World } from '../support/world';

export function month(name: string): Period {
  const from = new Date(`${name}-01T00:00:00Z`);
  const to = new Date(from);
  to.setUTCMonth(to.getUTCMonth() + 1);
  return { from, to };
}

export interface Said {
  readonly people: number;
  readonly timesEach: number;
  readonly score: number;
  /** ANALYTICS; people who were never asked have agreed to nothing. */
  readonly agree: boolean;
  /** Said by a server for nobody in particular. */
  readonly forNobody?: boolean;
}

/** New people of the customer rate the product in the middle of the month, some of them again and again. */
export async function rated(world: World, owner: CustomerPerson, name: string, said: Said): Promise<void> {
  const people = await peopleOf(world, owner, said.people, said.agree);
  await world.app.platform.database.servicePool.query(
    `insert into feedback (customer_id, id, kind, score, giver, end_user_id, status, tags, priority_value, priority_terms,
       priority_formula, version, created_at, updated_at)
     select $1, person || '-' || n, 'RATING', $2, person, case when $3 then null else person end, 'NEW', '{}', 0, '{}', '', 1, $4, $4
     from unnest($5::text[]) person, generate_series(1, $6) n`,
    [owner.customerId, said.score, said.forNobody === true, middleOf(name), people, said.timesEach],
  );
}

/** New people of the customer are answered so many times each, by a deployment of this id. */
export async function asked(
  world: World,
  owner: CustomerPerson,
  name: string,
  { people, timesEach, deploymentId }: { people: number; timesEach: number; deploymentId: string },
): Promise<void> {
  await world.app.platform.database.servicePool.query(
    `insert into inferences (customer_id, created_at, id, status, principal, end_user_id, deployment_id, model_id,
       model_version_id, engine_id, rows, batch_rows, queue_ms, compute_ms, total_ms, device_ms, price_exact, cost_exact,
       currency, plan_id, consent_states, test_assignments)
     select $1, $2, person || '-' || n, 'SUCCEEDED', person, person, $3, 'none', 'none', 'none', 1, 1, 0, 0, 0, 0, 0, 0, 'USD',
       'none', '[]', '[]' from unnest($4::text[]) person, generate_series(1, $5) n`,
    [owner.customerId, middleOf(name), deploymentId, await peopleOf(world, owner, people, true), timesEach],
  );
}

function middleOf(name: string): Date {
  return new Date(`${name}-15T12:00:00Z`);
}

async function peopleOf(
  world: World,
  owner: CustomerPerson,
  many: number,
  agree: boolean,
): Promise<string[]> {
  const now = world.clock.now();
  const ids = Array.from({ length: many }, () => newId('eus', now));
  const { servicePool } = world.app.platform.database;
  await servicePool.query(
    'insert into end_users (customer_id, id, external_id, created_at) select $1, person, person, $2 from unnest($3::text[]) person',
    [owner.customerId, now, ids],
  );
  await servicePool.query(
    `insert into consent_states (customer_id, end_user_id, purpose, granted, since, text_id)
     select $1, person, 'ANALYTICS', $2, $3, (select id from consent_texts where purpose = 'ANALYTICS' limit 1)
     from unnest($4::text[]) person`,
    [owner.customerId, agree, now, ids],
  );
  return ids;
}

interface Value {
  readonly name: string;
  readonly value: string;
  readonly noise: { readonly scale: string; readonly interval: readonly string[] } | null;
}
export interface Release {
  readonly id: string;
  readonly values: readonly Value[];
  readonly charged: string;
}
