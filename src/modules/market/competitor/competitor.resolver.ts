/** Competitors as staff keep them, and what is said and lost where they are named. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import type { Database } from '../../../platform/database';
import {
  defineLoader,
  Needs,
  NodeFinder,
  PageArgs,
  PeriodInput,
  type RequestContext,
  selectionOf,
  toConnection,
  wantsTotalCount,
} from '../../../platform/graphql';
import type { NodeSource } from '../../../platform/module';
import { Feedback } from '../../feedback';
import { Can } from '../../identity';
import { Lead } from '../lead/lead.entity';
import { LossReport } from '../losses/losses.type';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import { Competitor, CompetitorConnection } from './competitor.entity';
import { CompetitorCreateInput, CompetitorRemoveInput, CompetitorUpdateInput } from './competitor.input';
import { type CompetitorLoaders, MOST_SHOWN } from './competitor.loader';
import type { CompetitorReportService } from './competitor-report.service';
import type { CompetitorService } from './competitor.service';
import { CompetitorDemand, CompetitorLoss, CompetitorPayload } from './competitor.type';

@Resolver(() => Market)
export class MarketCompetitorsResolver {
  constructor(
    private readonly database: Database,
    private readonly reports: CompetitorReportService,
    private readonly periods: MarketPeriods,
  ) {}

  @FieldResolver(() => CompetitorConnection, { description: 'Those that are looked for, newest first.' })
  async competitors(
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CompetitorConnection> {
    const asked = { scope, selection: selectionOf(info), ...page, count: wantsTotalCount(info) };
    return toConnection(await this.database.read.page(Competitor, asked));
  }

  @FieldResolver(() => [CompetitorDemand], {
    description:
      'Who names which competitor in feedback, by segment, and what they pay: most spoken of first. Of people who did not restrict the use of their data. A few seconds behind.',
  })
  competitorMentions(
    @Root() { currency }: Market,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'When it was said. Absent = the last 90 days.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<CompetitorDemand[]> {
    return this.reports.mentions(currency, this.periods.recent(period));
  }
}

@Resolver(() => Competitor)
export class CompetitorResolver {
  private readonly feedbackById;

  constructor(
    private readonly competitors: CompetitorService,
    private readonly loaders: CompetitorLoaders,
    nodes: readonly NodeSource[],
  ) {
    const finder = new NodeFinder(nodes);
    this.feedbackById = defineLoader<string, Feedback | null>(async (ids, context) => {
      const found = await finder.find(ids, context);
      return ids.map((id) => (found.get(id) as Feedback | undefined) ?? null);
    });
  }

  @FieldResolver(() => [Feedback], {
    description: `What was said that names it, the newest ${MOST_SHOWN} first, as far as you may read it. That staff looked at a person's words is noted.`,
  })
  @Needs('id')
  async feedback(@Root() { id }: Competitor, @Ctx() context: RequestContext): Promise<Feedback[]> {
    const ids = await this.loaders.newestFeedbackIds(context).load(id);
    const items = await Promise.all(ids.map((one) => this.feedbackById(context).load(one)));
    return items.filter((item) => item !== null);
  }

  @Mutation(() => CompetitorPayload, {
    nullable: true,
    description:
      'Has a competitor looked for in what people say, also in what they said before. Needs market:manage. Event: competitor.created. Reads all feedback in words once.',
  })
  @Can('market:manage')
  async competitorCreate(
    @Arg('input', () => CompetitorCreateInput, { description: 'The competitor.' })
    input: CompetitorCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<CompetitorPayload> {
    return { competitor: await this.competitors.create(input, principal), errors: [] };
  }

  @Mutation(() => CompetitorPayload, {
    nullable: true,
    description:
      'Changes the names by which a competitor is looked for. Needs market:manage. Event: competitor.updated. Reads all feedback in words once.',
  })
  @Can('market:manage')
  async competitorUpdate(
    @Arg('id', () => ID, { description: 'The competitor.' }) id: string,
    @Arg('input', () => CompetitorUpdateInput, { description: 'What changes.' }) input: CompetitorUpdateInput,
  ): Promise<CompetitorPayload> {
    return { competitor: await this.competitors.update(id, input), errors: [] };
  }

  @Mutation(() => CompetitorPayload, {
    nullable: true,
    description:
      'Looks for a competitor no more, and forgets who named it; leads that were lost to it are lost to some competitor. Needs market:manage. Event: competitor.removed. Reads all feedback in words once.',
  })
  @Can('market:manage')
  async competitorRemove(
    @Arg('input', () => CompetitorRemoveInput, { description: 'Which.' }) { id }: CompetitorRemoveInput,
  ): Promise<CompetitorPayload> {
    return { competitor: await this.competitors.remove(id), errors: [] };
  }
}

@Resolver(() => LossReport)
export class CompetitorLossResolver {
  constructor(private readonly reports: CompetitorReportService) {}

  @FieldResolver(() => [CompetitorLoss], { description: 'To whom they were lost, by name.' })
  competitors(@Root() { currency, months }: LossReport): Promise<CompetitorLoss[]> {
    return this.reports.losses(currency, months);
  }
}

@Resolver(() => Lead)
export class LeadCompetitorResolver {
  constructor(private readonly loaders: CompetitorLoaders) {}

  @FieldResolver(() => Competitor, {
    nullable: true,
    description: 'To whom it was lost; null unless it was, and somebody said to whom.',
  })
  @Needs('competitorId')
  competitor(
    @Root() { competitorId }: Lead,
    @Ctx() context: RequestContext,
  ): Promise<Competitor | null> | null {
    return competitorId === null ? null : this.loaders.competitorById(context).load(competitorId);
  }
}
