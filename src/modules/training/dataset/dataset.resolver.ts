/** Data as staff sees it: uploaded, read by a job, kept in immutable versions. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Query, Resolver, Root } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import {
  JoinedField,
  JSONScalar,
  Needs,
  PageArgs,
  pageWithin,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import { Job } from '../../../platform/jobs';
import { Can, Customer, type IdentityLoaders } from '../../identity';
import { ModelVersion, ModelVersionConnection } from '../../models';
import type { TrainingLoaders } from '../training.loader';
import { Dataset, DatasetConnection } from './dataset.entity';
import { DatasetUploadInput, DatasetUploadPayload } from './dataset.input';
import type { DatasetService } from './dataset.service';
import type { DatasetComparisonService } from './dataset-comparison.service';
import { notesOn } from './dataset-notes';
import { DatasetVersion, DatasetVersionConnection } from './dataset-version.entity';
import { DatasetVersionDifference } from './version-difference.type';

@Resolver(() => Dataset)
export class DatasetResolver {
  constructor(
    private readonly database: Database,
    private readonly datasets: DatasetService,
    private readonly identity: IdentityLoaders,
  ) {}

  @Query(() => DatasetConnection, {
    name: 'datasets',
    nullable: true,
    description: 'Data to learn from, newest first. Needs dataset:read.',
  })
  @Can('dataset:read')
  async list(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DatasetConnection> {
    const count = wantsTotalCount(info);
    return toConnection(
      await this.database.read.page(Dataset, { scope, selection: selectionOf(info), ...page, count }),
    );
  }

  @Mutation(() => DatasetUploadPayload, {
    nullable: true,
    description:
      'Makes a version of data of an upload, in a job. Bad rows are named by line and reason; nothing is half kept. Needs dataset:upload. Events: dataset-version.created or dataset.refused. Costs nothing.',
  })
  @Can('dataset:upload')
  async datasetUpload(
    @Arg('input', () => DatasetUploadInput, { description: 'Which upload, and what to make of it.' })
    { label, labelRule, positive, ...wish }: DatasetUploadInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DatasetUploadPayload> {
    const id = await this.datasets.requestImport({
      ...wish,
      label: { column: label, kind: labelRule, positive },
    });
    const selection = selectionOf(info, 'job');
    return {
      job: await this.database.read.one(Job, { scope: SERVICE, where: { id }, selection }),
      errors: [],
    };
  }

  @JoinedField(() => Customer, {
    nullable: true,
    description: 'The customer whose data it is; null for data of the operator.',
  })
  @Needs('customerId')
  owner(@Root() { customerId }: Dataset, @Ctx() context: RequestContext): Promise<Customer | null> | null {
    return customerId ? this.identity.customerById(context).load(customerId) : null;
  }

  @FieldResolver(() => DatasetVersionConnection, { description: 'Its versions, newest first.' })
  @Needs('id')
  versions(
    @Root() { id }: Dataset,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<DatasetVersionConnection> {
    const versions = { entity: DatasetVersion, within: { datasetId: id }, page };
    return pageWithin(this.database, versions, context, info);
  }
}

@Resolver(() => DatasetVersion)
export class DatasetVersionResolver {
  constructor(
    private readonly database: Database,
    private readonly loaders: TrainingLoaders,
    private readonly comparison: DatasetComparisonService,
  ) {}

  @Query(() => DatasetVersionDifference, {
    nullable: true,
    description:
      'How a version of data differs from an earlier one, of the same data set or another: rows, columns, and how far each column moved. Needs dataset:read. Costs nothing.',
  })
  @Can('dataset:read')
  datasetVersionDiff(
    @Arg('before', () => ID, { description: 'The earlier version.' }) before: string,
    @Arg('after', () => ID, { description: 'The later version.' }) after: string,
    @Ctx() context: RequestContext,
  ): Promise<DatasetVersionDifference | null> {
    return this.comparison.compare(before, after, context);
  }

  @Query(() => [DatasetVersion], {
    nullable: true,
    description:
      'The versions of a data set that hold a row, the newest first, among its newest 50: what was learned from someone. Which models came of them is told by their `modelVersions`. Needs dataset:read. Costs nothing.',
  })
  @Can('dataset:read')
  datasetVersionsHolding(
    @Arg('datasetId', () => ID, { description: 'The data set.' }) datasetId: string,
    @Arg('row', () => JSONScalar, {
      description: 'The row by column, as it was in the file; what it lacks counts as missing.',
    })
    row: unknown,
    @Ctx() context: RequestContext,
  ): Promise<DatasetVersion[]> {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw invalidInput(['row'], 'A row is an object with its values by column.', 'object');
    return this.comparison.holding(datasetId, row as Record<string, unknown>, context);
  }

  @FieldResolver(() => [String], {
    description:
      'What to know before training on it, in sentences: columns that never vary, are mostly missing, only number the rows or tell the label alone, names and written numbers that are taken for categories, numbers that are far out, equal rows, rare classes; at most 20.',
  })
  @Needs('rows', 'columns', 'label', 'duplicateRows')
  notes(@Root() version: DatasetVersion): string[] {
    return notesOn(version);
  }

  @FieldResolver(() => ModelVersionConnection, {
    description:
      'The versions of models that came of it, newest first: trained on it, or compressed from one that was. What was trained on further from them with other data is told by their `children` and `lineage`.',
  })
  @Needs('id')
  modelVersions(
    @Root() { id }: DatasetVersion,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ModelVersionConnection> {
    const versions = { entity: ModelVersion, within: { datasetVersionId: id }, page };
    return pageWithin(this.database, versions, context, info);
  }

  @JoinedField(() => Dataset, { description: 'The data set it is a version of.' })
  @Needs('datasetId')
  async dataset(@Root() { datasetId }: DatasetVersion, @Ctx() context: RequestContext): Promise<Dataset> {
    return (await this.loaders.datasetById(context).load(datasetId))!;
  }
}
