/** Makes compliance reports: collects the figures, writes the three forms, keeps them, and puts their hashes into the audit log. */
import type { Clock } from '../../../kernel/clock';
import { invalidInput, notFound } from '../../../kernel/errors';
import { canonicalJson } from '../../../kernel/hash';
import { bornAt, newId } from '../../../kernel/id';
import type { Period } from '../../../kernel/period';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { BlobStore } from '../../../platform/blob';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { holdStandingJob, type JobContext, type JobDefinition, type Jobs } from '../../../platform/jobs';
import { Customer } from '../../identity';
import { complianceReportCreated } from '../ethics.events';
import type { ComplianceFiguresService } from './compliance-figures.service';
import { ComplianceReport } from './compliance-report.entity';
import {
  PARTS_OF,
  type ReportContents,
  type ReportHeading,
  type ReportKind,
  type ReportParts,
} from './report-contents';
import { reportCsv } from './report-csv';
import { evidenceFor } from './report-evidence';
import { reportHtml } from './report-html';

export interface ReportOrder {
  readonly kind: ReportKind;
  readonly period: Period;
  readonly customerId: string | null;
}

interface WriteReport {
  readonly reportId: string;
  readonly kind: ReportKind;
  readonly from: string;
  readonly to: string;
  readonly customerId: string | null;
  readonly by: Principal;
}

export class ComplianceReportService {
  readonly job: JobDefinition<WriteReport> = {
    kind: 'ethics.write-compliance-report',
    run: (order, context) => this.write(order, context),
  };

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly jobs: Jobs,
    private readonly blobs: BlobStore,
    private readonly clock: Clock,
    private readonly figures: ComplianceFiguresService,
  ) {}

  /** Orders a report; answers the id of the job that makes it. */
  async order({ kind, period, customerId }: ReportOrder, by: Principal): Promise<string> {
    const { from, to } = period;
    if (from >= to)
      throw invalidInput(['input', 'period', 'to'], 'A period must end after it begins.', 'period');
    if (customerId !== null) await this.customer(customerId);
    const reportId = newId('crp', this.clock.now());
    const payload = { reportId, kind, from: from.toISOString(), to: to.toISOString(), customerId, by };
    return this.database.unitOfWork.run(SERVICE, () => this.jobs.enqueue(this.job.kind, payload));
  }

  private async write(order: WriteReport, { jobId, progress }: JobContext): Promise<string> {
    const { reportId, kind, customerId, by } = order;
    if (await this.database.read.one(ComplianceReport, { scope: SERVICE, where: { id: reportId } }))
      return reportId;
    const contents = await this.contents(order, progress);
    await progress(0.9, 'writing the forms');
    const [json, html, csv] = await Promise.all(
      [canonicalJson(contents), reportHtml(contents), reportCsv(contents)].map((text) =>
        this.blobs.put(Buffer.from(text, 'utf8')),
      ),
    );
    const report: ComplianceReport = {
      id: reportId,
      customerId,
      kind,
      periodFrom: new Date(order.from),
      periodTo: new Date(order.to),
      hash: json!.hash,
      htmlHash: html!.hash,
      csvHash: csv!.hash,
      createdBy: actorOf(by),
      createdAt: bornAt(reportId)!,
    };
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      await holdStandingJob(unitOfWork, jobId);
      await unitOfWork.repository(ComplianceReport).insert(report);
      await this.events.emit({ ...complianceReportCreated(report), actor: by });
    });
    return reportId;
  }

  private async contents(order: WriteReport, progress: JobContext['progress']): Promise<ReportContents> {
    const { customerId, kind } = order;
    const period = { from: new Date(order.from), to: new Date(order.to) };
    const names = PARTS_OF[kind];
    const parts: { [part in keyof ReportParts]: ReportParts[part] } = {};
    for (const [i, name] of names.entries()) {
      await progress((0.9 * i) / names.length, `collecting ${name}`);
      Object.assign(parts, { [name]: await this.figures[name](period, customerId) });
    }
    const heading = await this.heading(order);
    const evidence = Object.fromEntries(names.map((name) => [name, evidenceFor(name, heading, parts)]));
    return { heading, parts, evidence };
  }

  private async heading({ reportId, kind, from, to, customerId, by }: WriteReport): Promise<ReportHeading> {
    const customer = customerId === null ? null : await this.customer(customerId);
    return {
      id: reportId,
      kind,
      period: { from, to },
      customer: customer && { id: customer.id, name: customer.name },
      createdAt: bornAt(reportId)!.toISOString(),
      createdBy: actorOf(by),
    };
  }

  private async customer(id: string): Promise<Customer> {
    const customer = await this.database.read.one(Customer, { scope: SERVICE, where: { id } });
    if (!customer) throw notFound(['input', 'customerId']);
    return customer;
  }
}
