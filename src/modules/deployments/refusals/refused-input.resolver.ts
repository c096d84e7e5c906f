/** What was refused, as staff sees it. */
import { Max, Min } from 'class-validator';
import { Args, ArgsType, Ctx, Field, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { Needs, type RequestContext } from '../../../platform/graphql';
import { authorize } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { Deployment } from '../deployment.entity';
import type { DeploymentLoaders } from '../deployment.loader';
import { RefusedInput } from './refused-input.entity';
import { MOST_DAYS } from './refused-inputs.service';

const DAY_MS = 24 * 3_600_000;

@ArgsType()
class RefusedInputsArgs {
  @Field(() => Int, { defaultValue: 7, description: `Of today and so many days before, 1–${MOST_DAYS}.` })
  @Min(1)
  @Max(MOST_DAYS)
  days!: number;
}

@Resolver(() => Deployment)
export class DeploymentRefusalsResolver {
  constructor(
    private readonly loaders: DeploymentLoaders,
    private readonly clock: Clock,
  ) {}

  @FieldResolver(() => [RefusedInput], {
    description:
      'What its versions did not take, by version, input and constraint, the most frequent first, at most 100: a caller that changed shows here before somebody complains. Needs deployment:evidence.',
  })
  @Needs('id')
  refusedInputs(
    @Root() { id }: Deployment,
    @Args(() => RefusedInputsArgs) { days }: RefusedInputsArgs,
    @Ctx() context: RequestContext,
  ): Promise<RefusedInput[]> {
    authorize(context, 'deployment:evidence');
    const since = new Date(this.clock.millis() - days * DAY_MS).toISOString().slice(0, 10);
    return this.loaders.refusedInputsOf(context).load({ deploymentId: id, since });
  }
}

@Resolver(() => RefusedInput)
export class RefusedInputResolver {
  constructor(private readonly models: ModelLoaders) {}

  @FieldResolver(() => ModelVersion, { description: 'The version that refused it.' })
  version(@Root() { versionId }: RefusedInput, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(versionId);
  }
}
