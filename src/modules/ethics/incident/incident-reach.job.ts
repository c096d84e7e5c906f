/**
 * Counts whom an incident reached: the customers that its deployment answered from its beginning to its end, or to now. Counted
 * when it opens, when its beginning is said to be another, and when it closes.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import type { JobDefinition } from '../../../platform/jobs';
import type { InferenceModule } from '../../inference';
import { Incident, type IncidentReach } from './incident.entity';

/** So many are named; all are counted. */
const MOST_NAMED = 100;
export const COUNT_REACH = 'ethics.count-reach';

export interface CountReach {
  readonly incidentId: string;
}

/** What was counted later stays, whichever of two jobs ends last. */
const KEEP = `update incidents set reach = $2::jsonb
  where id = $1 and (reach is null or (reach->>'countedAt')::timestamptz <= ($2::jsonb->>'countedAt')::timestamptz)`;

export function countReachJob(
  database: Database,
  clock: Clock,
  answered: InferenceModule['answered'],
): JobDefinition<CountReach> {
  return {
    kind: COUNT_REACH,
    run: async ({ incidentId }) => {
      const scope = SERVICE;
      // Before the row is read: whoever counts by an older row has an older moment.
      const countedAt = clock.now();
      const incident = await database.read.one(Incident, { scope, where: { id: incidentId } });
      if (!incident?.subjectId) return;
      const from = new Date(incident.startedAt);
      const to = incident.closedAt ? new Date(incident.closedAt) : countedAt;
      const customers =
        from < to ? await answered.of(incident.subjectId, incident.versionId, { from, to }) : [];
      const reach: IncidentReach = {
        customers: customers.length,
        answers: String(customers.reduce((sum, { answers }) => sum + BigInt(answers), 0n)),
        countedAt: countedAt.toISOString(),
        most: customers.slice(0, MOST_NAMED),
      };
      await database.unitOfWork.run(SERVICE, () =>
        database.unitOfWork.sql(KEEP, [incidentId, JSON.stringify(reach)]),
      );
    },
  };
}
