/** How much is asked, of which deployment and model, and by how many people, as privacy may release it. */
import type { Period } from '../../../kernel/period';
import { type Database, type EntityClass, SERVICE } from '../../../platform/database';
import { Deployment } from '../../deployments';
import { Model } from '../../models';
import { PrivacyAccounting, type ReleasableDataset, type ReleasableMeasure } from '../../privacy';

/** What an eager person asks in a month; whoever asks more is counted so often. */
const ROWS_PER_PERSON = 100;

/** Gaussian noise suits many bins, so the losses are added up in ρ: 0.125 is ε = 2.75 but for a chance of one in a million. */
export function usageDataset({ read }: Pick<Database, 'read'>): ReleasableDataset {
  /** What is offered to all has a name of its own; a customer's private one is counted under OTHER, as what came later. */
  const offered =
    (entity: EntityClass<Deployment | Model>) =>
    async ({ to }: Period): Promise<ReadonlyMap<string, string>> => {
      const rows = await read.list(entity, {
        scope: SERVICE,
        where: { customerId: null, createdAt: { lt: to } },
        selection: { id: true, name: true },
        orderBy: [{ property: 'name', direction: 'ASC' }],
      });
      return new Map(rows.map(({ id, name }) => [id, name]));
    };
  return {
    name: 'usage',
    holds: 'Predictions that were answered to end users.',
    budget: { accounting: PrivacyAccounting.ZCDP, total: '0.125' },
    measures: [
      answersBy(
        'deployment_id',
        'inferences-by-deployment',
        'One prediction, by the deployment that answered.',
        offered(Deployment),
      ),
      answersBy(
        'model_id',
        'inferences-by-model',
        'One prediction, by the model that answered.',
        offered(Model),
      ),
      {
        name: 'active-end-users',
        describes: 'One person who was answered in the month at least once.',
        values: { kind: 'NONE' },
        rowsPerPerson: 1,
        rows: rowsWith('null'),
      },
    ],
  };
}

function answersBy(
  column: 'deployment_id' | 'model_id',
  name: string,
  describes: string,
  labels: (period: Period) => Promise<ReadonlyMap<string, string>>,
): ReleasableMeasure {
  return {
    name,
    describes,
    values: { kind: 'LABELS', labels },
    rowsPerPerson: ROWS_PER_PERSON,
    rows: rowsWith(column),
  };
}

function rowsWith(value: string): string {
  return `select customer_id, end_user_id, id, ${value} as value from inferences where created_at >= $1 and created_at < $2`;
}
