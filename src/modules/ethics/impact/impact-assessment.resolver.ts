/** Impact assessments as staff records and reads them. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { forbidden } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import {
  Cost,
  MutationPayload,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Can, type IdentityLoaders, may, Staff } from '../../identity';
import { Model, type ModelLoaders } from '../../models';
import { ImpactAction, ImpactActionConnection } from './impact-action.entity';
import { ImpactAssessment, ImpactAssessmentConnection } from './impact-assessment.entity';
import {
  ImpactActionCloseInput,
  ImpactAssessmentFilter,
  ImpactAssessmentRecordInput,
} from './impact-assessment.input';
import type { ImpactAssessmentService } from './impact-assessment.service';
import { ImpactStanding } from './impact-assessment.type';
import { type ImpactLoaders, useKey } from './impact.loader';
import { impactStanding, type ImpactStandingName } from './impact-standing';

/** A page of text that several statements go into. */
const DOCUMENTATION_COST = 5;

@ObjectType({
  description:
    'A draft of what Annex IV of the EU AI Act asks for. Made when it is asked for, and kept by whoever signs it.',
})
class TechnicalDocumentation {
  @Field(() => String, { description: 'The draft as Markdown.' })
  markdown!: string;
}

@ObjectType({ description: 'The assessment that was recorded.' })
class ImpactAssessmentPayload extends MutationPayload {
  @Field(() => ImpactAssessment, {
    nullable: true,
    description: 'The assessment; null when there are errors.',
  })
  impactAssessment?: ImpactAssessment | null;
}

@ObjectType({ description: 'The action as it stands now.' })
class ImpactActionPayload extends MutationPayload {
  @Field(() => ImpactAction, { nullable: true, description: 'The action; null when there are errors.' })
  impactAction?: ImpactAction | null;
}

@Resolver(() => ImpactAssessment)
export class ImpactAssessmentResolver {
  constructor(
    private readonly database: Database,
    private readonly assessments: ImpactAssessmentService,
    private readonly own: ImpactLoaders,
    private readonly models: Pick<ModelLoaders, 'modelById'>,
    private readonly identity: Pick<IdentityLoaders, 'staffById'>,
    private readonly clock: Clock,
  ) {}

  @Query(() => ImpactAssessmentConnection, {
    nullable: true,
    description: 'What the uses of models may do to people, newest assessment first. Needs impact:read.',
  })
  @Can('impact:read')
  async impactAssessments(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ImpactAssessmentFilter, { nullable: true, description: 'Which assessments.' })
    filter: ImpactAssessmentFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImpactAssessmentConnection> {
    const { modelId, tier, withSuperseded, reviewBefore } = filter ?? {};
    const where = {
      modelId: modelId ?? undefined,
      tier: tier ?? undefined,
      supersededAt: withSuperseded ? undefined : null,
      reviewBy: reviewBefore ? { lt: reviewBefore } : undefined,
    };
    const [selection, count] = [selectionOf(info), wantsTotalCount(info)];
    return toConnection(
      await this.database.read.page(ImpactAssessment, { scope, where, selection, ...page, count }),
    );
  }

  @Query(() => TechnicalDocumentation, {
    nullable: true,
    description:
      'Technical documentation of a version for an assessed use: the nine sections of Annex IV of the EU AI Act, with what is known here filled in and what is missing named. Null for a version of another model. Needs impact:read.',
  })
  @Can('impact:read')
  @Cost(() => DOCUMENTATION_COST)
  async technicalDocumentation(
    @Arg('assessmentId', () => ID, { description: 'The assessment of the use.' }) assessmentId: string,
    @Arg('modelVersionId', () => ID, { description: 'The version.' }) modelVersionId: string,
    @Ctx() { scope }: RequestContext,
  ): Promise<TechnicalDocumentation | null> {
    const assessment = await this.database.read.one(ImpactAssessment, { scope, where: { id: assessmentId } });
    const markdown = assessment && (await this.assessments.documentation(assessment, modelVersionId));
    return markdown === null ? null : { markdown };
  }

  @Mutation(() => ImpactAssessmentPayload, {
    nullable: true,
    description:
      'Records what a use of a model may do to people, under your name; the tier follows from the answers, and the assessment before it is superseded. Needs impact:assess. Event: impact-assessment.recorded. Costs nothing.',
  })
  @Can('impact:assess')
  async impactAssessmentRecord(
    @Arg('input', () => ImpactAssessmentRecordInput, { description: 'The assessment.' })
    { idempotencyKey: _, ...wish }: ImpactAssessmentRecordInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<ImpactAssessmentPayload> {
    if (principal.kind !== 'STAFF') throw forbidden('impact:assess');
    const id = await this.assessments.record(wish, principal.staffId);
    const impactAssessment = await this.database.read.one(ImpactAssessment, {
      scope: SERVICE,
      where: { id },
    });
    return { impactAssessment, errors: [] };
  }

  @Mutation(() => ImpactActionPayload, {
    nullable: true,
    description:
      'Says that an action is done, and what came of it. Needs impact:assess. Event: impact-action.closed. Costs nothing.',
  })
  @Can('impact:assess')
  async impactActionClose(
    @Arg('input', () => ImpactActionCloseInput, { description: 'Which action, and what came of it.' })
    { id, outcome }: ImpactActionCloseInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<ImpactActionPayload> {
    await this.assessments.closeAction(id, outcome, principal);
    const impactAction = await this.database.read.one(ImpactAction, { scope: SERVICE, where: { id } });
    return { impactAction, errors: [] };
  }

  @FieldResolver(() => Model, { nullable: true, description: 'The model that is used.' })
  @Needs('modelId')
  model(@Root() { modelId }: ImpactAssessment, @Ctx() context: RequestContext): Promise<Model | null> {
    return this.models.modelById(context).load(modelId);
  }

  @FieldResolver(() => Staff, { nullable: true, description: 'Who answers for the use.' })
  @Needs('ownerId')
  owner(@Root() { ownerId }: ImpactAssessment, @Ctx() context: RequestContext): Promise<Staff | null> {
    return this.identity.staffById(context).load(ownerId);
  }

  @FieldResolver(() => Staff, { nullable: true, description: 'Who assessed it.' })
  @Needs('assessedById')
  assessedBy(
    @Root() { assessedById }: ImpactAssessment,
    @Ctx() context: RequestContext,
  ): Promise<Staff | null> {
    return this.identity.staffById(context).load(assessedById);
  }

  @FieldResolver(() => ImpactStanding, { description: 'Whether it still speaks for the use, now.' })
  @Needs('modelId', 'use', 'tier', 'reviewBy', 'supersededAt')
  async standing(
    @Root() { modelId, use, tier, reviewBy, supersededAt }: ImpactAssessment,
    @Ctx() context: RequestContext,
  ): Promise<ImpactStandingName> {
    const open = await this.own.openActionsByUse(context).load(useKey({ modelId, use }));
    const actions = open.map(({ dueAt }) => ({ dueAt: new Date(dueAt), closedAt: null }));
    const state = { tier, reviewBy: new Date(reviewBy), supersededAt };
    return impactStanding(state, actions, this.clock.now());
  }

  @FieldResolver(() => ImpactActionConnection, {
    description:
      'What is to be done about the use, and what was, whichever assessment asked for it; newest first.',
  })
  @Needs('modelId', 'use')
  actions(
    @Root() { modelId, use }: ImpactAssessment,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImpactActionConnection> {
    return pageWithin(this.database, { entity: ImpactAction, within: { modelId, use }, page }, context, info);
  }
}

@Resolver(() => Model)
export class ModelImpactResolver {
  constructor(private readonly own: ImpactLoaders) {}

  @FieldResolver(() => [ImpactAssessment], {
    nullable: true,
    description: 'The latest assessment of each of its uses; null without impact:read.',
  })
  @Needs('id')
  impactAssessments(
    @Root() { id }: Model,
    @Ctx() context: RequestContext,
  ): Promise<ImpactAssessment[]> | null {
    if (!may(context.principal, 'impact:read')) return null;
    return this.own.latestByModel(context).load(id);
  }
}
