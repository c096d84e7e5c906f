/** Compliance reports as staff orders, lists and opens them, and the figures behind them. */
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
import { type Database, SERVICE } from '../../../platform/database';
import {
  MutationPayload,
  Needs,
  PageArgs,
  periodAsked,
  PeriodInput,
  PeriodType,
  type RequestContext,
  selectionOf,
  toConnection,
  URLScalar,
  wantsTotalCount,
} from '../../../platform/graphql';
import type { SignedLinks } from '../../../platform/http';
import { Job } from '../../../platform/jobs';
import { Can } from '../../identity';
import { ComplianceFigures } from './compliance-figures.type';
import type { ComplianceFiguresService } from './compliance-figures.service';
import { ComplianceReport, ComplianceReportConnection } from './compliance-report.entity';
import { ComplianceReportCreateInput, ComplianceReportFilter } from './compliance-report.input';
import type { ComplianceReportService } from './compliance-report.service';
import { reportPath } from './report-page';

@ObjectType({ description: 'The job that makes the report.' })
class ComplianceReportPayload extends MutationPayload {
  @Field(() => Job, {
    nullable: true,
    description: 'Its `result` is the report; null when there are errors.',
  })
  job?: Job | null;
}

@Resolver(() => ComplianceReport)
export class ComplianceReportResolver {
  constructor(
    private readonly database: Database,
    private readonly reports: ComplianceReportService,
    private readonly figures: ComplianceFiguresService,
    private readonly links: SignedLinks,
  ) {}

  @Query(() => ComplianceReportConnection, {
    nullable: true,
    description: 'Compliance reports, newest first. Needs compliance:read.',
  })
  @Can('compliance:read')
  async complianceReports(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ComplianceReportFilter, { nullable: true, description: 'Which reports.' })
    filter: ComplianceReportFilter | null | undefined,
    @Ctx() { scope }: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ComplianceReportConnection> {
    const rows = await this.database.read.page(ComplianceReport, {
      scope,
      where: { kind: filter?.kind ?? undefined, customerId: filter?.customerId ?? undefined },
      selection: selectionOf(info),
      ...page,
      count: wantsTotalCount(info),
    });
    return toConnection(rows);
  }

  @Query(() => ComplianceFigures, {
    nullable: true,
    description: 'The figures of a period from which compliance reports are made. Needs compliance:read.',
  })
  @Can('compliance:read')
  async complianceFigures(
    @Arg('period', () => PeriodInput, { description: 'The period.' }) period: PeriodInput,
    @Arg('customerId', () => ID, { nullable: true, description: 'Only about this customer; absent = all.' })
    customerId?: string | null,
  ): Promise<ComplianceFigures> {
    periodAsked(period);
    const of = customerId ?? null;
    const [consent, dataRequests, retention, privacySpending, feedback] = await Promise.all([
      this.figures.consent(period, of),
      this.figures.dataRequests(period, of),
      this.figures.retention(period),
      this.figures.privacySpending(period),
      this.figures.feedback(period, of),
    ]);
    const [activity, liveFairness, impact, gates, incidents] = await Promise.all([
      this.figures.activity(period, of),
      this.figures.liveFairness(period, of),
      this.figures.impact(period, of),
      this.figures.gates(period, of),
      this.figures.incidents(period, of),
    ]);
    return {
      consents: consent.byText,
      standingConsents: consent.standing,
      dataRequests,
      retention,
      privacySpending,
      feedback,
      activity,
      liveFairness,
      impact,
      gates,
      incidents,
    };
  }

  @Mutation(() => ComplianceReportPayload, {
    nullable: true,
    description:
      'Makes a compliance report of a period, in a job; it is never changed afterwards. Needs compliance:create. Event: compliance-report.created. Reads the whole audit log once.',
  })
  @Can('compliance:create')
  async complianceReportCreate(
    @Arg('input', () => ComplianceReportCreateInput, { description: 'The report.' })
    { kind, period, customerId }: ComplianceReportCreateInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<ComplianceReportPayload> {
    const id = await this.reports.order({ kind, period, customerId: customerId ?? null }, principal);
    return { job: await this.database.read.one(Job, { scope: SERVICE, where: { id } }), errors: [] };
  }

  @FieldResolver(() => PeriodType, { description: 'The period it covers.' })
  @Needs('periodFrom', 'periodTo')
  period(@Root() { periodFrom, periodTo }: ComplianceReport): PeriodType {
    return { from: periodFrom, to: periodTo };
  }

  @FieldResolver(() => URLScalar, {
    description: 'The report to read and print. The address works for 15 minutes.',
  })
  @Needs('id')
  html(@Root() { id }: ComplianceReport): string {
    return this.links.sign(reportPath(id, 'html'));
  }

  @FieldResolver(() => URLScalar, { description: 'The report as data. The address works for 15 minutes.' })
  @Needs('id')
  json(@Root() { id }: ComplianceReport): string {
    return this.links.sign(reportPath(id, 'json'));
  }

  @FieldResolver(() => URLScalar, {
    description: 'Its figures as a table. The address works for 15 minutes.',
  })
  @Needs('id')
  csv(@Root() { id }: ComplianceReport): string {
    return this.links.sign(reportPath(id, 'csv'));
  }
}
