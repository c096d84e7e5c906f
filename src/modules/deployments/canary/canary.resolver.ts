/** Canaries as staff sees them and admins move them. Their evidence tells costs and failures: it is not for customers. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import { Needs, type RequestContext, selectionOf } from '../../../platform/graphql';
import { authorize, Can } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { Deployment } from '../deployment.entity';
import type { DeploymentLoaders } from '../deployment.loader';
import { DeploymentPayload } from '../deployment.resolver';
import { Canary } from './canary.entity';
import { CanaryEvidence } from './canary-evidence';
import { DeploymentCanaryActInput, DeploymentCanaryStartInput } from './canary.input';
import { DEFAULT_POLICY } from './canary-policy';
import type { CanaryService } from './canary.service';
import { CanaryEvidenceType } from './canary.type';

@Resolver(() => Deployment)
export class DeploymentCanaryResolver {
  constructor(
    private readonly database: Database,
    private readonly canaries: CanaryService,
    private readonly loaders: DeploymentLoaders,
  ) {}

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Tries a version on a growing part of the traffic, after the gate agreed. It goes on, or back, by itself: by sequential tests on errors, p99, cost, feedback and drift. Needs deployment:manage. Events: deployment.canary-started, then deployment.canary-stepped, deployment.canary-paused, deployment.canary-completed or deployment.rolled-back. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentCanaryStart(
    @Arg('input', () => DeploymentCanaryStartInput, { description: 'The candidate, and how carefully.' })
    input: DeploymentCanaryStartInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    const { steps, minimumRequests, minimumStepSeconds, answerSeconds, stepSeconds, falseRollbacks } = input;
    const tolerances = input.tolerances ?? DEFAULT_POLICY.tolerances;
    const times = { minimumStepSeconds, answerSeconds, stepSeconds };
    const policy = { steps, minimumRequests, ...times, falseRollbacks, tolerances: { ...tolerances } };
    await this.canaries.start({ ...input, policy }, context.principal);
    return this.payload(input.id, context, info);
  }

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Takes the canary to its next step, whatever its evidence says; after the last one the candidate has all of the traffic. To end it, call deploymentRollBack. Needs deployment:manage. Events: deployment.canary-stepped or deployment.canary-completed. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentCanaryPromote(
    @Arg('input', () => DeploymentCanaryActInput, { description: 'Which deployment, and why.' })
    { id, reason }: DeploymentCanaryActInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    await this.canaries.promote(id, reason, context.principal);
    return this.payload(id, context, info);
  }

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Keeps the canary at its step; it is still rolled back when it is worse. Needs deployment:manage. Event: deployment.canary-paused. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentCanaryPause(
    @Arg('input', () => DeploymentCanaryActInput, { description: 'Which deployment, and why.' })
    { id, reason }: DeploymentCanaryActInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    await this.canaries.pause(id, reason, context.principal);
    return this.payload(id, context, info);
  }

  @Mutation(() => DeploymentPayload, {
    nullable: true,
    description:
      'Lets a paused canary go on; the time of its step begins anew. Needs deployment:manage. Event: deployment.canary-resumed. Costs nothing.',
  })
  @Can('deployment:manage')
  async deploymentCanaryResume(
    @Arg('input', () => DeploymentCanaryActInput, { description: 'Which deployment, and why.' })
    { id, reason }: DeploymentCanaryActInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    await this.canaries.resume(id, reason, context.principal);
    return this.payload(id, context, info);
  }

  @FieldResolver(() => Canary, {
    nullable: true,
    description: 'Its latest canary, running or ended; null when it had none. Needs deployment:evidence.',
  })
  @Needs('id')
  canary(@Root() { id }: Deployment, @Ctx() context: RequestContext): Promise<Canary | null> {
    authorize(context, 'deployment:evidence');
    return this.loaders.canaryOf(context).load(id);
  }

  private async payload(
    id: string,
    { scope }: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<DeploymentPayload> {
    const selection = selectionOf(info, 'deployment');
    return {
      deployment: await this.database.read.one(Deployment, { scope, where: { id }, selection }),
      errors: [],
    };
  }
}

@Resolver(() => Canary)
export class CanaryResolver {
  constructor(
    private readonly loaders: DeploymentLoaders,
    private readonly models: ModelLoaders,
  ) {}

  @FieldResolver(() => ModelVersion, { description: 'The version that is tried.' })
  candidate(@Root() { candidateVersionId }: Canary, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(candidateVersionId);
  }

  @FieldResolver(() => ModelVersion, {
    description: 'The version that served before, with which it is compared.',
  })
  baseline(@Root() { baselineVersionId }: Canary, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(baselineVersionId);
  }

  @FieldResolver(() => [CanaryEvidenceType], {
    description: 'What was seen of both versions, step by step. It may be a second old.',
  })
  async evidence(@Root() { id }: Canary, @Ctx() context: RequestContext): Promise<CanaryEvidenceType[]> {
    const rows = await this.loaders.canaryEvidenceOf(context).load(id);
    return rows
      .sort((a, b) => a.revision - b.revision || a.versionId.localeCompare(b.versionId))
      .map(({ versionId, step, sums }) => shown(versionId, step, CanaryEvidence.from(sums)));
  }
}

@Resolver(() => CanaryEvidenceType)
export class CanaryEvidenceResolver {
  constructor(private readonly models: ModelLoaders) {}

  @FieldResolver(() => ModelVersion, { description: 'Which version.' })
  version(@Root() { versionId }: CanaryEvidenceType, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(versionId);
  }
}

function shown(versionId: string, step: number, evidence: CanaryEvidence): CanaryEvidenceType {
  const [answered, ratings] = [evidence.total('answered'), evidence.total('ratings')];
  return {
    versionId,
    step,
    requests: evidence.total('requests'),
    failed: evidence.total('failed'),
    left: evidence.total('left'),
    p99Ms: evidence.latency(0.99),
    cost: answered > 0 ? evidence.total('cost') / answered : null,
    ratings,
    score: ratings > 0 ? evidence.total('rating') / ratings : null,
  };
}
