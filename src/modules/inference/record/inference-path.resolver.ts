/** Which way an answer took: from the deployment that was asked, from one that stood in for it, or from an earlier answer. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs, type RequestContext } from '../../../platform/graphql';
import { Deployment, type DeploymentLoaders } from '../../deployments';
import { Inference } from './inference.entity';
import type { InferenceLoaders } from './inference.loader';

@Resolver(() => Inference)
export class InferencePathResolver {
  constructor(
    private readonly inferences: InferenceLoaders,
    private readonly deployments: DeploymentLoaders,
  ) {}

  @FieldResolver(() => Boolean, {
    description:
      'Whether an earlier answer to the same question was given again: it took no device time and has a price of its own.',
  })
  @Needs('sourceInferenceId')
  cached(@Root() { sourceInferenceId }: Inference): boolean {
    return sourceInferenceId !== null;
  }

  @FieldResolver(() => Inference, {
    nullable: true,
    description:
      'The prediction whose answer this is; null when it was computed for this request, or when the caller may not see that one.',
  })
  @Needs('sourceInferenceId')
  source(
    @Root() { sourceInferenceId }: Inference,
    @Ctx() context: RequestContext,
  ): Promise<Inference | null> | null {
    return sourceInferenceId === null ? null : this.inferences.inferenceById(context).load(sourceInferenceId);
  }

  @FieldResolver(() => Deployment, {
    description:
      'The deployment that was asked for; another one than `deployment` when that one stood in for it.',
  })
  @Needs('askedDeploymentId', 'deploymentId')
  askedDeployment(
    @Root() { askedDeploymentId, deploymentId }: Inference,
    @Ctx() context: RequestContext,
  ): Promise<Deployment | null> {
    return this.deployments.deploymentById(context).load(askedDeploymentId ?? deploymentId);
  }
}
