/** What ethics asks at the gate of a deployment: that a version which is to answer people keeps to the fairness floor. */
import { type Database, SERVICE } from '../../../platform/database';
import type { PromotionCandidate, PromotionCheck, PromotionVerdict } from '../../deployments';
import { ModelVersion } from '../../models';
import { fairnessFloor } from './fairness-floor';

export class FairnessCheck implements PromotionCheck {
  constructor(private readonly database: Database) {}

  async check({ newVersionIds }: PromotionCandidate): Promise<PromotionVerdict[]> {
    const versions: Pick<ModelVersion, 'id' | 'evaluation'>[] = await this.database.read.list(ModelVersion, {
      scope: SERVICE,
      where: { id: { in: [...newVersionIds] } },
      selection: { id: true, evaluation: true },
    });
    return versions.map(({ id, evaluation }) => {
      const { passed, detail } = fairnessFloor(evaluation);
      return { name: 'fairness floor', passed, detail: `${id}: ${detail}` };
    });
  }
}
