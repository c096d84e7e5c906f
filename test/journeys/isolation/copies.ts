/** What is the operator's, once more as a customer's own: rows that only the operator can give it. */
import { newId } from '../../../src/kernel/id';
import type { World } from '../../support/world';
import type { Things } from './two-customers';

export const PRIVATE_DEPLOYMENT = 'private-to-one-customer';

/** The operator's data, model and deployment once more, as this customer's own. */
export async function copies(
  world: World,
  customerId: string,
  operators: Things,
): Promise<Map<string, string>> {
  const id = (prefix: string): string => newId(prefix as 'mdl', world.clock.now());
  const of = (prefix: string): string => operators.get(prefix)!;
  const own = { customer_id: customerId };
  const mine = new Map(
    [
      'mdl',
      'mdv',
      'alm',
      'dep',
      'dpe',
      'dst',
      'dsv',
      'trj',
      'trs',
      'trt',
      'inc',
      'ine',
      'ima',
      'iac',
      'fmn',
      'fbr',
      'crp',
    ].map((prefix) => [prefix, id(prefix)]),
  );
  const my = (prefix: string): string => mine.get(prefix)!;
  const copy = async (table: string, prefix: string, changes: object): Promise<void> => {
    await world.app.platform.database.servicePool.query(
      `insert into ${table} select (jsonb_populate_record(original, $2)).* from ${table} original where id = $1`,
      [of(prefix), { id: my(prefix), ...own, ...changes }],
    );
  };
  const routes = [{ versionId: my('mdv'), weight: 100 }];
  await copy('models', 'mdl', { name: 'private model' });
  await copy('model_versions', 'mdv', { model_id: my('mdl') });
  await copy('model_alias_moves', 'alm', { model_id: my('mdl'), version_id: my('mdv') });
  await copy('deployments', 'dep', { name: PRIVATE_DEPLOYMENT, routes });
  await copy('deployment_events', 'dpe', { deployment_id: my('dep'), routes });
  await copy('datasets', 'dst', {});
  await copy('dataset_versions', 'dsv', { dataset_id: my('dst') });
  await copy('incidents', 'inc', { cause: 'a copy' });
  await copy('incident_entries', 'ine', { incident_id: my('inc') });
  await copy('impact_assessments', 'ima', { model_id: my('mdl') });
  await copy('impact_actions', 'iac', { model_id: my('mdl'), assessment_id: my('ima') });
  await copy('fairness_monitors', 'fmn', { deployment_id: my('dep') });
  await copy('fairness_breaches', 'fbr', { deployment_id: my('dep'), monitor_id: my('fmn') });
  const { servicePool } = world.app.platform.database;
  await servicePool.query(
    `insert into training_jobs (id, customer_id, job_id, dataset_version_id, model_name, recipe, created_at)
     select $1, $2, id, $3, 'private model', '{}', now() from jobs limit 1`,
    [my('trj'), customerId, my('dsv')],
  );
  await servicePool.query(
    `insert into training_searches (id, customer_id, job_id, dataset_version_id, model_name, recipe, space, strategy, rungs,
       planned_epochs, objective, created_at)
     select $1, $2, id, $3, 'private model', '{}', '[]', '{"kind":"GRID"}', '[]', 1, 'VALIDATION_LOSS', now() from jobs limit 1`,
    [my('trs'), customerId, my('dsv')],
  );
  await servicePool.query(
    `insert into training_trials (id, customer_id, search_id, number, choices, recipe, status, training_job_id)
     values ($1, $2, $3, 1, '[]', '{}', 'WAITING', $4)`,
    [my('trt'), customerId, my('trs'), my('trj')],
  );
  await servicePool.query(
    `insert into compliance_reports (id, customer_id, kind, period_from, period_to, hash, html_hash, csv_hash, created_by, created_at)
     values ($1, $2, 'PRIVACY', now() - interval '1 day', now(), 'x', 'x', 'x', 'stf', now())`,
    [my('crp'), customerId],
  );
  mine.set('mcd', draftOf(my('mdv')));
  return mine;
}

/** The card of a version that nobody has approved. */
export const draftOf = (versionId: string): string => versionId.replace(/^mdv/, 'mcd');
