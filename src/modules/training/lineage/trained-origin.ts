/** The training of which a version came: its own, or that of the version that it was made of. */
import { type Database, SERVICE } from '../../../platform/database';
import { type DerivationKind, ModelVersion } from '../../models';
import type { TrainingJob } from '../job/training-job.entity';
import type { TrainingJobService } from '../job/training-job.service';

export interface OriginDoors {
  readonly read: Database['read'];
  readonly trainings: Pick<TrainingJobService, 'trainingOf' | 'find'>;
}

/** @param through ways in which it may have been made of another. Null when it came of no training by these alone. */
export async function trainedOrigin(
  { read, trainings }: OriginDoors,
  versionId: string,
  through: readonly DerivationKind[],
): Promise<TrainingJob | null> {
  for (let id: string | undefined = versionId; id;) {
    const training = await trainings.trainingOf(id);
    if (training) return training;
    const version: Pick<ModelVersion, 'parentIds' | 'derivation'> | null = await read.one(ModelVersion, {
      scope: SERVICE,
      where: { id },
      selection: { parentIds: true, derivation: true },
    });
    id = version?.derivation && through.includes(version.derivation.kind) ? version.parentIds[0] : undefined;
  }
  return null;
}
