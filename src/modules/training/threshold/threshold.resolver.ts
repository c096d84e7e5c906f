/** Versions with another threshold, as staff asks for them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Info, Mutation, Resolver } from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import { selectionOf } from '../../../platform/graphql';
import { Job, type Jobs } from '../../../platform/jobs';
import { Can } from '../../identity';
import { ThresholdGoal } from '../../models';
import type { OriginDoors } from '../lineage/trained-origin';
import { goalWithoutShare, sameThreshold, shareWithoutGoal, thresholdOrGoal } from '../training.errors';
import {
  adjustable,
  type AskedThreshold,
  THRESHOLD_RUN,
  type ThresholdDoors,
  type ThresholdRun,
} from './threshold.job';
import { ModelVersionChooseThresholdInput, ModelVersionChooseThresholdPayload } from './threshold.input';

@Resolver()
export class ThresholdResolver {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly doors: Pick<ThresholdDoors, 'models' | keyof OriginDoors>,
  ) {}

  @Mutation(() => ModelVersionChooseThresholdPayload, {
    nullable: true,
    description:
      'Makes a version of a yes-or-no classifier that says its positive label from another probability on, in a job. A goal is sought on the rows that were watched while it learned; the figures of the new version, by group too, rest on those that were held out. Its weights are the old version’s, and it goes live as any version does. Needs training:run. Event: model-version.created. Costs the device time that it takes, which is on the operator.',
  })
  @Can('training:run')
  async modelVersionChooseThreshold(
    @Arg('input', () => ModelVersionChooseThresholdInput, {
      description: 'Which version, and which threshold.',
    })
    input: ModelVersionChooseThresholdInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionChooseThresholdPayload> {
    const asked = askedFor(input);
    const { versionId } = input;
    const { threshold } = await adjustable(this.doors, versionId);
    if ('threshold' in asked && asked.threshold === threshold) throw sameThreshold(threshold);
    const { unitOfWork } = this.database;
    const id = await unitOfWork.run(SERVICE, () =>
      this.jobs.enqueue<ThresholdRun>(THRESHOLD_RUN, { versionId, ...asked }),
    );
    const selection = selectionOf(info, 'job');
    return {
      job: await this.database.read.one(Job, { scope: SERVICE, where: { id }, selection }),
      errors: [],
    };
  }
}

/** @throws AppError INVALID_INPUT unless it is the one or the other, and a share stands where one belongs. */
function askedFor({ threshold, goal, atLeast }: ModelVersionChooseThresholdInput): AskedThreshold {
  if ((threshold == null) === (goal == null)) throw thresholdOrGoal();
  if (goal == null) {
    if (atLeast != null) throw shareWithoutGoal();
    return { threshold: threshold! };
  }
  if (goal === ThresholdGoal.MAX_F1 && atLeast != null) throw shareWithoutGoal();
  if (goal !== ThresholdGoal.MAX_F1 && atLeast == null) throw goalWithoutShare(goal);
  return { wish: { goal, atLeast: atLeast ?? null } };
}
