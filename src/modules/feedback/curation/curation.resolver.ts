/** From a correction to a row to learn from, and on to the data and the models that saw it. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import { JSONScalar, Needs, type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can, type IdentityLoaders, may, Staff } from '../../identity';
import { type ModelLoaders, ModelVersion } from '../../models';
import { DatasetVersion, type TrainingLoaders } from '../../training';
import { Feedback } from '../feedback.entity';
import { FeedbackPayload, reviewer } from '../feedback-act.resolver';
import type { FeedbackPageService } from '../feedback-page.service';
import type { FeedbackPlace } from '../feedback.service';
import { FeedbackCurateInput } from './curation.input';
import type { CurationLoaders } from './curation.loader';
import type { CurationService } from './curation.service';
import { FeedbackCuration } from './curation.type';

@Resolver(() => Feedback)
export class CurationResolver {
  constructor(
    private readonly database: Database,
    private readonly curations: CurationService,
    private readonly pages: FeedbackPageService,
    private readonly loaders: CurationLoaders,
  ) {}

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'A reviewer accepts a correction as a row to learn from: the inputs as they were asked, personal data masked, with the right answer. Refused unless the person’s consent to TRAINING stands, what was asked is kept, and both fit the version that answered. Of a prediction of many rows the correction is a list, with null for each that was right. Repeating it changes nothing. Needs feedback:triage. Event: feedback.curated. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackCurate(
    @Arg('input', () => FeedbackCurateInput, { description: 'Which correction.' }) input: FeedbackCurateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.payload(await this.curations.curate(input, reviewer(context)), context, info);
  }

  @Mutation(() => FeedbackPayload, {
    nullable: true,
    description:
      'Takes that back: the row goes into no further version of data, and what it held is deleted. Repeating it changes nothing. Needs feedback:triage. Event: feedback.uncurated. Costs nothing.',
  })
  @Can('feedback:triage')
  async feedbackUncurate(
    @Arg('input', () => FeedbackCurateInput, { description: 'Which correction.' }) input: FeedbackCurateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    return this.payload(await this.curations.uncurate(input, reviewer(context)), context, info);
  }

  @FieldResolver(() => FeedbackCuration, {
    nullable: true,
    description:
      'What became of it as a row to learn from; null when it was never accepted, and for everyone but staff.',
  })
  @Needs('id')
  curation(
    @Root() { id }: Feedback,
    @Ctx() context: RequestContext,
  ): Promise<FeedbackCuration | null> | null {
    if (context.principal.kind !== 'STAFF') return null;
    return this.loaders.curationOfFeedback(context).load(id);
  }

  private async payload(
    { customerId, id }: FeedbackPlace,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<FeedbackPayload> {
    const feedback = await this.database.read.one(Feedback, {
      scope: SERVICE,
      where: { customerId, id },
      selection: { ...selectionOf(info, 'feedback'), customerId: true, endUserId: true },
    });
    if (feedback) await this.pages.note([feedback], context);
    return { feedback, errors: [] };
  }
}

@Resolver(() => FeedbackCuration)
export class FeedbackCurationResolver {
  constructor(
    private readonly own: CurationLoaders,
    private readonly identity: Pick<IdentityLoaders, 'staffById'>,
    private readonly training: Pick<TrainingLoaders, 'datasetVersionById' | 'learnersByDatasetVersion'>,
    private readonly models: Pick<ModelLoaders, 'modelVersionById'>,
  ) {}

  @FieldResolver(() => Staff, { nullable: true, description: 'Who accepted it, the last time.' })
  acceptedBy(
    @Root() { acceptedById }: FeedbackCuration,
    @Ctx() context: RequestContext,
  ): Promise<Staff | null> {
    return this.identity.staffById(context).load(acceptedById);
  }

  @FieldResolver(() => [JSONScalar], {
    nullable: true,
    description:
      'What is learned of it: the inputs of each row, personal data masked, and the answer. Empty when none may be learned from any more; null without inference:payload. Each look is an event.',
  })
  async contents(
    @Root() { feedbackId }: FeedbackCuration,
    @Ctx() context: RequestContext,
  ): Promise<object[] | null> {
    if (!may(context.principal, 'inference:payload')) return null;
    const rows = await this.own.rowsOfFeedback(context).load(feedbackId);
    return rows.map(({ inputs, answer }) => ({ inputs, answer }));
  }

  @FieldResolver(() => [DatasetVersion], { description: 'The versions of data that it is in, oldest first.' })
  async datasetVersions(
    @Root() { datasetVersionIds }: FeedbackCuration,
    @Ctx() context: RequestContext,
  ): Promise<DatasetVersion[]> {
    const versions = this.training.datasetVersionById(context);
    return found(await Promise.all(datasetVersionIds.map((id) => versions.load(id))));
  }

  @FieldResolver(() => [ModelVersion], {
    description:
      'The versions of models that saw it, oldest first: trained on such data, or made of one that was. Which of them held it out is told by `rowUses`.',
  })
  async modelVersions(
    @Root() { datasetVersionIds }: FeedbackCuration,
    @Ctx() context: RequestContext,
  ): Promise<ModelVersion[]> {
    const learners = this.training.learnersByDatasetVersion(context);
    const seen = await Promise.all(datasetVersionIds.map((id) => learners.load(id)));
    const versions = this.models.modelVersionById(context);
    return found(await Promise.all([...new Set(seen.flat())].sort().map((id) => versions.load(id))));
  }
}

function found<T>(rows: readonly (T | null)[]): T[] {
  return rows.filter((row) => row !== null);
}
