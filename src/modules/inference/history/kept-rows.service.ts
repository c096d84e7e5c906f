/**
 * What people agreed to have kept, for those who measure whether the traffic still resembles the training data: rows without
 * names, of one deployment and version, and one event a look that says how many.
 */
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { DriftSource, KeptRow } from '../../deployments';
import { CONSENT_NOW_SQL } from '../../privacy';
import { scoreOf } from '../fallback/canary-outcome';
import { PAYLOADS_SAMPLED } from '../inference.events';
import { PAYLOAD_PURPOSE } from '../record/inference.repository';
import { openPayload } from '../record/payload.service';

const RECENT = `select id, payload from inferences as kept
  where deployment_id = $1 and model_version_id = $2 and created_at >= $3 and payload is not null
    and ${CONSENT_NOW_SQL('kept.customer_id', 'kept.end_user_id', PAYLOAD_PURPOSE)}
  order by created_at desc limit $4`;

export class KeptRowsService implements DriftSource {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly crypto: Crypto,
  ) {}

  async recentRows(deploymentId: string, versionId: string, since: Date, most: number): Promise<KeptRow[]> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const values = [deploymentId, versionId, since, most];
      const sealed = await unitOfWork.sql<{ id: string; payload: string }>(RECENT, values);
      if (sealed.length > 0) {
        const data = { count: sealed.length, versionId, purpose: 'drift' };
        await this.events.emit({ type: PAYLOADS_SAMPLED, subject: deploymentId, data });
      }
      return sealed
        .flatMap(({ id, payload }) => rowsOf(openPayload(this.crypto, id, payload)))
        .slice(0, most);
    });
  }
}

/** Texts and images have no columns. */
function rowsOf({ inputs, outputs }: { readonly inputs: unknown; readonly outputs: unknown }): KeptRow[] {
  const rows: readonly unknown[] = Array.isArray(inputs) ? inputs : [inputs];
  const answers: readonly unknown[] = Array.isArray(outputs) ? outputs : [outputs];
  return rows.flatMap((row, at) =>
    typeof row === 'object' && row !== null
      ? [{ inputs: row as Record<string, unknown>, score: scoreOf(answers[at]) }]
      : [],
  );
}
