/** What a deployment is watched for, and how people fared: set and read by staff, read by customers of their own people. */
import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import {
  defineLoader,
  inOrder,
  MutationPayload,
  Needs,
  periodAsked,
  PeriodInput,
  type RequestContext,
} from '../../../platform/graphql';
import { authorize, Can, may } from '../../identity';
import { Deployment, type DeploymentLoaders } from '../../deployments';
import { type ModelLoaders, ModelVersion } from '../../models';
import { FairnessBreach } from './fairness-breach.entity';
import type { FairnessLookService } from './fairness-look.service';
import { FairnessAction, FairnessMonitor } from './fairness-monitor.entity';
import {
  DeploymentFairnessCheckInput,
  FairnessMonitorEndInput,
  FairnessMonitorSetInput,
} from './fairness-monitor.input';
import type { FairnessMonitorService } from './fairness-monitor.service';
import type { LiveFairnessService } from './live-fairness.service';
import { LiveFairness, LiveFairnessOfVersion } from './live-fairness.type';

/** Breaches that a query is told of a deployment. */
const MOST = 100;

@ObjectType({ description: 'The monitor as it stands now.' })
class FairnessMonitorPayload extends MutationPayload {
  @Field(() => FairnessMonitor, { nullable: true, description: 'The monitor; null when there are errors.' })
  monitor?: FairnessMonitor | null;
}

@ObjectType({ description: 'The deployment that was looked at.' })
class DeploymentFairnessCheckPayload extends MutationPayload {
  @Field(() => Deployment, { nullable: true, description: 'The deployment; null when there are errors.' })
  deployment?: Deployment | null;
}

@Resolver(() => FairnessMonitor)
export class FairnessMonitorResolver {
  constructor(
    private readonly database: Database,
    private readonly monitors: FairnessMonitorService,
    private readonly looks: Pick<FairnessLookService, 'check'>,
    private readonly deployments: Pick<DeploymentLoaders, 'deploymentById'>,
  ) {}

  @Mutation(() => FairnessMonitorPayload, {
    nullable: true,
    description:
      'Says what the live traffic of a deployment is watched for. Counted as before, the counts go on; counted otherwise, another monitor begins. Groups of people that nobody watches for any more are deleted. Needs fairness:manage, and deployment:manage for ROLL_BACK. Events: fairness-monitor.set, fairness-monitor.ended. Costs nothing.',
  })
  @Can('fairness:manage')
  async fairnessMonitorSet(
    @Arg('input', () => FairnessMonitorSetInput, { description: 'What it is watched for.' })
    input: FairnessMonitorSetInput,
    @Ctx() context: RequestContext,
  ): Promise<FairnessMonitorPayload> {
    if (input.action === FairnessAction.ROLL_BACK) authorize(context, 'deployment:manage');
    return this.answer(await this.monitors.set(input, context.principal));
  }

  @Mutation(() => FairnessMonitorPayload, {
    nullable: true,
    description:
      'Ends a monitor: from now on nobody is counted for it, and groups of people that nobody watches for any more are deleted. Its counts stay. Needs fairness:manage. Event: fairness-monitor.ended. Costs nothing.',
  })
  @Can('fairness:manage')
  async fairnessMonitorEnd(
    @Arg('input', () => FairnessMonitorEndInput, { description: 'Which monitor.' })
    { id }: FairnessMonitorEndInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<FairnessMonitorPayload> {
    await this.monitors.end(id, principal);
    return this.answer(id);
  }

  @Mutation(() => DeploymentFairnessCheckPayload, {
    nullable: true,
    description:
      'Looks now, and not only at night, whether groups are apart by more than the monitor allows; `deployment.fairness` has the result. It sees days that are over for an hour. Needs fairness:manage. Events: deployment.fairness-breached where they are, and what the monitor asks for then. Costs nothing.',
  })
  @Can('fairness:manage')
  async deploymentFairnessCheck(
    @Arg('input', () => DeploymentFairnessCheckInput, { description: 'Which deployment.' })
    { id }: DeploymentFairnessCheckInput,
    @Ctx() context: RequestContext,
  ): Promise<DeploymentFairnessCheckPayload> {
    await this.looks.check(id, context.principal);
    return { deployment: await this.deployments.deploymentById(context).load(id), errors: [] };
  }

  @FieldResolver(() => Deployment, { nullable: true, description: 'The deployment that is watched.' })
  @Needs('deploymentId')
  deployment(@Root() { deploymentId }: FairnessMonitor, @Ctx() context: RequestContext) {
    return this.deployments.deploymentById(context).load(deploymentId);
  }

  private async answer(id: string): Promise<FairnessMonitorPayload> {
    return {
      monitor: await this.database.read.one(FairnessMonitor, { scope: SERVICE, where: { id } }),
      errors: [],
    };
  }
}

@Resolver(() => Deployment)
export class DeploymentFairnessResolver {
  private readonly standing = defineLoader<string, FairnessMonitor | null>(async (ids, { scope }) => {
    const where = { deploymentId: { in: ids }, endedAt: null };
    const monitors = await this.database.read.list(FairnessMonitor, { scope, where });
    return inOrder(ids, monitors, ({ deploymentId }) => deploymentId);
  });

  /** A query asks of one period, or of few. */
  private readonly fairnessOf = defineLoader<Question, LiveFairness | null>(async (questions, { scope }) => {
    const answers = new Map<Question, LiveFairness | null>();
    for (const of of new Set(questions.map(nameOf))) {
      const some = questions.filter((one) => nameOf(one) === of);
      const ids = some.map(({ deploymentId }) => deploymentId);
      const found = await this.live.of(ids, some[0]!.period, scope);
      some.forEach((one, at) => answers.set(one, found[at]!));
    }
    return questions.map((one) => answers.get(one)!);
  });

  constructor(
    private readonly database: Database,
    private readonly live: LiveFairnessService,
  ) {}

  @FieldResolver(() => FairnessMonitor, {
    nullable: true,
    description:
      'What its live traffic is watched for: the attributes and groups that endUserGroupsRecord takes. Null while it is not watched.',
  })
  @Needs('id')
  fairnessMonitor(
    @Root() { id }: Deployment,
    @Ctx() context: RequestContext,
  ): Promise<FairnessMonitor | null> {
    return this.standing(context).load(id);
  }

  @FieldResolver(() => LiveFairness, {
    nullable: true,
    description:
      'Whether it treats groups alike on live traffic; null while it is not watched. A customer sees figures of its own people alone. Needs fairness:read.',
  })
  @Needs('id')
  fairness(
    @Root() { id }: Deployment,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description:
        'Whole days within it, told an hour after they are over, at most 366; absent = the present quarter.',
    })
    period: PeriodInput | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<LiveFairness | null> {
    authorize(context, 'fairness:read');
    return this.fairnessOf(context).load({ deploymentId: id, period: periodAsked(period) });
  }
}

interface Question {
  readonly deploymentId: string;
  readonly period: Period | undefined;
}

const nameOf = ({ period }: Question): string =>
  period ? `${period.from.toISOString()} ${period.to.toISOString()}` : '';

@Resolver(() => LiveFairness)
export class LiveFairnessResolver {
  private readonly breachesOf = defineLoader<LiveFairness, FairnessBreach[]>(async (asked) => {
    const since = new Date(Math.min(...asked.map(({ from }) => from.getTime())));
    const ids = asked.map(({ deploymentId }) => deploymentId);
    const found = await this.live.breachesOf(ids, since);
    return asked.map(({ deploymentId, from }) =>
      found
        .filter((one) => one.deploymentId === deploymentId && new Date(one.foundAt) >= from)
        .slice(0, MOST),
    );
  });

  constructor(private readonly live: LiveFairnessService) {}

  @FieldResolver(() => [FairnessBreach], {
    nullable: true,
    description:
      'What the looks at it found since the period began, newest first, at most 100. It is of the people of all customers: null for a customer.',
  })
  breaches(@Root() fairness: LiveFairness, @Ctx() context: RequestContext): Promise<FairnessBreach[]> | null {
    return may(context.principal, 'incident:read') ? this.breachesOf(context).load(fairness) : null;
  }
}

@Resolver(() => LiveFairnessOfVersion)
export class LiveFairnessOfVersionResolver {
  constructor(private readonly models: Pick<ModelLoaders, 'modelVersionById'>) {}

  @FieldResolver(() => ModelVersion, { nullable: true, description: 'The version that answered.' })
  version(@Root() { versionId }: LiveFairnessOfVersion, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(versionId);
  }
}

@Resolver(() => FairnessBreach)
export class FairnessBreachResolver {
  constructor(
    private readonly models: Pick<ModelLoaders, 'modelVersionById'>,
    private readonly deployments: Pick<DeploymentLoaders, 'deploymentById'>,
  ) {}

  @FieldResolver(() => Deployment, { nullable: true, description: 'The deployment.' })
  @Needs('deploymentId')
  deployment(@Root() { deploymentId }: FairnessBreach, @Ctx() context: RequestContext) {
    return this.deployments.deploymentById(context).load(deploymentId);
  }

  @FieldResolver(() => ModelVersion, { nullable: true, description: 'The version that answered.' })
  @Needs('modelVersionId')
  version(@Root() { modelVersionId }: FairnessBreach, @Ctx() context: RequestContext) {
    return this.models.modelVersionById(context).load(modelVersionId);
  }
}
