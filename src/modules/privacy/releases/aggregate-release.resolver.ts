/** Releases as staff of compliance makes and lists them, and what may still be released. */
import type { GraphQLResolveInfo } from 'graphql';
import {
  Arg,
  Args,
  Ctx,
  Field,
  FieldResolver,
  Info,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  Needs,
  PageArgs,
  PeriodInput,
  PeriodType,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
  withinPeriod,
} from '../../../platform/graphql';
import { Can } from '../../identity';
import { AggregateRelease, AggregateReleaseConnection } from './aggregate-release.entity';
import { AggregateReleaseCreateInput, AggregateReleaseFilter } from './aggregate-release.input';
import { type AggregateReleaseService, boundsOf, CHARGE_PLACES } from './aggregate-release.service';
import { guaranteeOf, standingOf } from './privacy-loss';
import { toDecimal } from './rational';
import type { ReleasableDatasets } from './releasable-datasets';
import { PrivacyBudgetType, ReleasableDatasetType } from './releasable-dataset.type';
import { monthAsked } from './release-month';
import { statisticsOf } from './release-statistic';

@ObjectType({ description: 'What was released.' })
class AggregateReleasePayload extends MutationPayload {
  @Field(() => AggregateRelease, {
    nullable: true,
    description: 'The release, or the one that answered the same before; null when there are errors.',
  })
  release?: AggregateRelease | null;
}

@Resolver(() => AggregateRelease)
export class AggregateReleaseResolver {
  constructor(
    private readonly database: Database,
    private readonly releases: AggregateReleaseService,
  ) {}

  @Query(() => AggregateReleaseConnection, {
    nullable: true,
    description:
      'Aggregates that were released with differential privacy, newest first. Needs aggregate-release:read.',
  })
  @Can('aggregate-release:read')
  async aggregateReleases(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => AggregateReleaseFilter, { nullable: true, description: 'Which releases.' })
    filter: AggregateReleaseFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AggregateReleaseConnection> {
    const rows = await this.database.read.page(AggregateRelease, {
      scope,
      where: { dataset: filter?.dataset ?? undefined, periodFrom: withinPeriod(filter?.period) },
      selection: selectionOf(info),
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @Mutation(() => AggregateReleasePayload, {
    nullable: true,
    description:
      'Releases one aggregate of a month that is over, with noise that hides each person; asked again, it answers the same release. Needs aggregate-release:create. Event: aggregate-release.created. Costs its loss, for good, out of the budget of the dataset for that month; asked again, nothing.',
  })
  @Can('aggregate-release:create')
  async aggregateReleaseCreate(
    @Arg('input', () => AggregateReleaseCreateInput, { description: 'What to release.' })
    { dataset, measure, statistic, period, loss }: AggregateReleaseCreateInput,
    @Ctx() { principal }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AggregateReleasePayload> {
    const id = await this.releases.make({ dataset, measure, statistic, period, loss }, principal);
    const selection = selectionOf(info, 'release');
    const release = await this.database.read.one(AggregateRelease, {
      scope: SERVICE,
      where: { id },
      selection,
    });
    return { release, errors: [] };
  }

  @FieldResolver(() => PeriodType, { description: 'The month it is about.' })
  @Needs('periodFrom', 'periodTo')
  period(@Root() { periodFrom, periodTo }: AggregateRelease): PeriodType {
    return { from: periodFrom, to: periodTo };
  }
}

@Resolver(() => ReleasableDatasetType)
export class ReleasableDatasetResolver {
  constructor(
    private readonly datasets: ReleasableDatasets,
    private readonly releases: AggregateReleaseService,
  ) {}

  @Query(() => [ReleasableDatasetType], {
    nullable: true,
    description:
      'The datasets whose aggregates can be released with differential privacy. Needs aggregate-release:read.',
  })
  @Can('aggregate-release:read')
  releasableDatasets(): ReleasableDatasetType[] {
    return this.datasets.all().map(({ name, holds, measures }) => ({
      name,
      description: holds,
      measures: measures.map((measure) => ({
        name: measure.name,
        description: measure.describes,
        statistics: statisticsOf(measure.values),
        rowsPerPerson: measure.rowsPerPerson,
        bounds: boundsOf(measure.values),
      })),
    }));
  }

  @FieldResolver(() => PrivacyBudgetType, {
    description: 'What may be told of a month, and what is left of it.',
  })
  async budget(
    @Root() { name }: ReleasableDatasetType,
    @Arg('period', () => PeriodInput, { description: 'One calendar month in UTC.' }) period: PeriodInput,
  ): Promise<PrivacyBudgetType> {
    const { budget } = this.datasets.named(name);
    const month = monthAsked(period, ['period']);
    const { spent, left } = standingOf(budget, await this.releases.chargesOf(name, month));
    const [told, rest] = [spent, left].map((amount) => toDecimal(amount, CHARGE_PLACES));
    return { ...budget, spent: told!, left: rest!, guarantee: guaranteeOf(budget) };
  }
}
