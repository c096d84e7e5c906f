/**
 * Tells customers how far a period has come: at 50, 80 and 100 % of the requests of their plan and of their spend cap, each once
 * a period, by an event (which customers' webhooks follow) and by mail. What settlements report is looked at in memory; the database is
 * asked only when a threshold is new to this process. A job looks again, for what a crash kept from being told.
 */
import type { Clock } from '../../../kernel/clock';
import { subtractDecimals } from '../../../kernel/money';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { JobDefinition, Jobs } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { USAGE_ALERTED, type UsageAlertedData } from '../billing.events';
import type { CustomerTermsService, Terms } from '../usage/customer-terms.service';
import type { SettledPeriod, UsageWatch } from '../usage/metering';
import type { AlertMail } from './alert-mail';
import { AlertSubject, type Progress, reachedThresholds } from './usage-threshold';

/** Customers whose last alerts are remembered; of the others the database says that they were told. */
const CAPACITY = 20_000;
const PAGE = 500;

const RAISE = `insert into usage_alerts (customer_id, period_start, subject, percent, limit_amount, used, currency, created_at)
  select $1, $2, a.subject, a.percent, a.limit_amount, a.used, a.currency, $3
  from jsonb_to_recordset($4::jsonb) as a (subject text, percent int, limit_amount numeric, used numeric, currency text)
  on conflict do nothing returning subject, percent`;

const RUNNING = `select customer_id as "customerId", period_start as "periodStart", settled::float8 as settled,
    trim_scale(charged)::text as charged, trim_scale(credited)::text as credited
  from usage_counters where period_end > $1 and settled > 0 and (customer_id, period_start) > ($2, $3)
  order by customer_id, period_start limit ${PAGE}`;

const ONE = `select customer_id as "customerId", period_start as "periodStart", settled::float8 as settled,
    trim_scale(charged)::text as charged, trim_scale(credited)::text as credited
  from usage_counters where customer_id = $1 and period_start = $2`;

interface Reached extends Progress {
  readonly percent: number;
}

export interface AlertDoors {
  readonly database: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly log: Log;
  readonly terms: CustomerTermsService;
  readonly mail: AlertMail;
}

export class UsageAlertService implements UsageWatch {
  /** What this process knows to be told, by customer: the period, and its `subject percent`s. */
  private readonly told = new Map<string, { readonly periodStart: number; readonly what: Set<string> }>();
  private raising: Promise<void> = Promise.resolve();

  constructor(private readonly doors: AlertDoors) {}

  settled(periods: readonly SettledPeriod[]): void {
    for (const period of periods) {
      this.inBackground(async () => {
        const terms = await this.doors.terms.of(period.customerId);
        if (terms.period.from.getTime() !== period.periodStart.getTime()) return;
        await this.tell(period, progressOf(period, terms).flatMap(reached), terms);
      });
    }
  }

  /** The cap holds requests back though the last cents are not spent: as good as reached. */
  capped(customerId: string): void {
    this.inBackground(async () => {
      const terms = await this.doors.terms.of(customerId);
      const [period] = await this.read(ONE, [customerId, terms.period.from]);
      const spend = period && progressOf(period, terms).find(({ subject }) => subject === AlertSubject.SPEND);
      if (!spend || spend.limit === '0') return;
      const all = reached({ ...spend, used: spend.limit }).map((one) => ({ ...one, used: spend.used }));
      await this.tell(period, all, terms);
    });
  }

  /** Looks at every running period. Safe to run twice: what was told stays told. */
  job(): JobDefinition<object> {
    return {
      kind: 'billing.alert-usage',
      cron: '*/15 * * * *',
      run: async () => {
        const now = this.doors.clock.now();
        // A customer may have two that run: a change of plan begins another one.
        for (let last: SettledPeriod | undefined; ;) {
          const after = [last?.customerId ?? '', last?.periodStart ?? new Date(0)];
          const periods = await this.read(RUNNING, [now, ...after]);
          this.settled(periods);
          await this.stop();
          if (periods.length < PAGE) return;
          last = periods.at(-1);
        }
      },
    };
  }

  /** Answers when everything that was seen is told. */
  async stop(): Promise<void> {
    await this.raising;
  }

  private async tell(period: SettledPeriod, all: readonly Reached[], terms: Terms): Promise<void> {
    const { customerId, periodStart } = period;
    const told = this.toldOf(customerId, periodStart.getTime());
    const fresh = all.filter((one) => !told.has(keyOf(one)));
    if (fresh.length === 0) return;
    const { database, events, jobs, clock, mail } = this.doors;
    const { unitOfWork } = database;
    const currencyOf = ({ subject }: Progress): string | null =>
      subject === AlertSubject.SPEND ? terms.plan.currency : null;
    await unitOfWork.run(SERVICE, async () => {
      const rows = fresh.map((one) => ({ ...one, limit_amount: one.limit, currency: currencyOf(one) }));
      const values = [customerId, periodStart, clock.now(), JSON.stringify(rows)];
      const raised = new Set((await unitOfWork.sql<Reached>(RAISE, values)).map(keyOf));
      const alerts = fresh
        .filter((one) => raised.has(keyOf(one)))
        .map((one): UsageAlertedData => ({
          ...one,
          currency: currencyOf(one),
          periodStart: periodStart.toISOString(),
        }));
      if (alerts.length === 0) return;
      await events.emit(
        ...alerts.map((data) => ({ type: USAGE_ALERTED, customerId, subject: customerId, data })),
      );
      const { overage } = terms.entitlements;
      await jobs.enqueue(mail.job.kind, { customerId, alerts: highest(alerts), overage }, { customerId });
    });
    for (const one of fresh) told.add(keyOf(one));
  }

  private toldOf(customerId: string, periodStart: number): Set<string> {
    let known = this.told.get(customerId);
    if (known?.periodStart !== periodStart) {
      known = { periodStart, what: new Set() };
      this.told.delete(customerId);
      this.told.set(customerId, known);
      if (this.told.size > CAPACITY) this.told.delete(this.told.keys().next().value!);
    }
    return known.what;
  }

  private inBackground(work: () => Promise<void>): void {
    const done = work().catch((error: unknown) =>
      this.doors.log.warn({ error }, 'a usage alert is raised by the next run of its job'),
    );
    this.raising = Promise.all([this.raising, done]).then(() => undefined);
  }

  private read(text: string, values: readonly unknown[]): Promise<SettledPeriod[]> {
    const { unitOfWork } = this.doors.database;
    return unitOfWork.outside(() =>
      unitOfWork.run(SERVICE, () => unitOfWork.sql<SettledPeriod>(text, values)),
    );
  }
}

const keyOf = ({ subject, percent }: Pick<Reached, 'subject' | 'percent'>): string => `${subject} ${percent}`;

function reached(progress: Progress): Reached[] {
  return reachedThresholds(progress).map((percent) => ({ ...progress, percent }));
}

/** What is counted in a period against a limit: requests where the plan has one, what is owed where there is a cap. */
function progressOf(
  { settled, charged, credited }: SettledPeriod,
  { entitlements, spendCapMinor }: Terms,
): Progress[] {
  const { requests } = entitlements;
  return [
    ...(requests === null
      ? []
      : [{ subject: AlertSubject.REQUESTS, used: String(settled), limit: String(requests) }]),
    ...(spendCapMinor === null
      ? []
      : [{ subject: AlertSubject.SPEND, used: subtractDecimals(charged, credited), limit: spendCapMinor }]),
  ];
}

/** Of each subject the furthest: nobody needs three mails because one call went from 40 % to 100 %. */
function highest(alerts: readonly UsageAlertedData[]): UsageAlertedData[] {
  return [...new Map(alerts.map((alert) => [alert.subject, alert])).values()];
}
