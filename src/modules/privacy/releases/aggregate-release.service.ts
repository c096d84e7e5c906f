/**
 * Makes releases. The charge, the answer and its event commit together, one release of a dataset and month after another,
 * so that two at once cannot spend the same budget; and what was asked before is answered as it was answered then, because
 * many noisy answers to one question would average the noise away.
 */
import type { Clock } from '../../../kernel/clock';
import { newId } from '../../../kernel/id';
import type { Period } from '../../../kernel/period';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { CONSENT_NOW_SQL } from '../consent-now';
import { ConsentPurpose } from '../consent-purpose';
import { AggregateRelease } from './aggregate-release.entity';
import { chargeOf, isWithin, PrivacyAccounting, type PrivacyLoss, standingOf } from './privacy-loss';
import type { RandomIntegers } from './random-integers';
import { fromDecimal, type Rational, toDecimal } from './rational';
import type { MeasureValues, ReleasableDataset, ReleasableMeasure } from './releasable-dataset';
import type { ReleasableDatasets } from './releasable-datasets';
import { aggregateReleaseCreated } from './release.events';
import {
  budgetExceeded,
  drawnForEpsilonOnly,
  lossOutOfRange,
  monthNotOver,
  noPureLoss,
  releasedOtherwise,
  statisticNotOffered,
} from './release.errors';
import { monthAsked, monthName } from './release-month';
import { noisyValues } from './noisy-values';
import { mechanismFor, type ReleaseStatistic, statisticsOf } from './release-statistic';
import { OTHER, type RowCount, rowsIn, scoresOf } from './row-counts';

export interface ReleaseQuestion {
  readonly dataset: string;
  readonly measure: string;
  readonly statistic: ReleaseStatistic;
  readonly period: Period;
  readonly loss: { readonly epsilon?: string | null; readonly rho?: string | null };
}

/** A question that can be answered, with what the answer costs. */
interface Order {
  readonly dataset: ReleasableDataset;
  readonly measure: ReleasableMeasure;
  readonly statistic: ReleaseStatistic;
  readonly month: Period;
  readonly loss: PrivacyLoss;
  readonly charge: Rational;
}

const LOSS = /^\d{1,3}(\.\d{1,6})?$/;
const LOSS_PLACES = 6;
export const CHARGE_PLACES = 12;

export class AggregateReleaseService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly datasets: ReleasableDatasets,
    private readonly random: RandomIntegers,
  ) {}

  /** The id of the release. Event: aggregate-release.created. @throws AppError PRIVACY_BUDGET_EXCEEDED, CONFLICT, INVALID_INPUT. */
  async make(question: ReleaseQuestion, by: Principal): Promise<string> {
    const order = this.orderOf(question);
    const { dataset, measure, statistic, month, loss, charge } = order;
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.takeTurn(`aggregate releases ${dataset.name} ${monthName(month.from)}`);
      const made = await this.releasesAbout(dataset.name, month);
      const same = made.find(
        (release) => release.measure === measure.name && release.statistic === statistic,
      );
      if (same) return answered(same, loss);
      const { left } = standingOf(
        dataset.budget,
        made.map(({ charged }) => charged),
      );
      if (!isWithin(charge, left)) throw budgetExceeded(standingFor(order, left));
      const release = await this.answer(order, by);
      await unitOfWork.repository(AggregateRelease).insert(release);
      await this.events.emit({ ...aggregateReleaseCreated(release), actor: by });
      return release.id;
    });
  }

  /** What releases of the dataset about the month took from its budget. */
  async chargesOf(dataset: string, month: Period): Promise<string[]> {
    return (await this.releasesAbout(dataset, month)).map(({ charged }) => charged);
  }

  private releasesAbout(dataset: string, { from }: Period): Promise<AggregateRelease[]> {
    return this.database.read.list(AggregateRelease, {
      scope: SERVICE,
      where: { dataset, periodFrom: from },
    });
  }

  private orderOf(question: ReleaseQuestion): Order {
    const { statistic, period } = question;
    const dataset = this.datasets.named(question.dataset);
    const measure = this.datasets.measureOf(dataset, question.measure);
    const offered = statisticsOf(measure.values);
    if (!offered.includes(statistic)) throw statisticNotOffered(measure.name, offered);
    const month = monthAsked(period, ['input', 'period']);
    if (month.to > this.clock.now()) throw monthNotOver();
    const loss = lossOf(question.loss);
    const charge = chargeOf(loss, dataset.budget.accounting);
    if (!charge) throw noPureLoss(dataset.name);
    if (!mechanismFor(statistic, loss)) throw drawnForEpsilonOnly();
    return { dataset, measure, statistic, month, loss, charge };
  }

  private async answer(order: Order, by: Principal): Promise<AggregateRelease> {
    const { dataset, measure, statistic, month, loss, charge } = order;
    const { values, rowsPerPerson } = measure;
    const labels = values.kind === 'LABELS' ? await values.labels(month) : new Map<string, string>();
    // Bins are told apart by their values: under two of one name a row would count twice, and the noise be too small.
    const binned = values.kind === 'SCORES' ? scoresOf(values) : [...labels.keys(), OTHER];
    const bins = binned.map((value) => labels.get(value) ?? value);
    const rows = rowsIn(binned, values, await this.boundedRows(measure, month));
    const createdAt = this.clock.now();
    const amount = toDecimal(loss.amount, LOSS_PLACES);
    return {
      id: newId('rel', createdAt),
      dataset: dataset.name,
      measure: measure.name,
      statistic,
      periodFrom: month.from,
      periodTo: month.to,
      values: noisyValues({ measure, statistic, loss, bins }, rows, this.random),
      mechanism: mechanismFor(statistic, loss)!,
      epsilon: loss.kind === 'EPSILON' ? amount : null,
      rho: loss.kind === 'RHO' ? amount : null,
      accounting: dataset.budget.accounting,
      charged: toDecimal(charge, CHARGE_PLACES),
      rowsPerPerson,
      bounds: boundsOf(values),
      by: actorOf(by),
      createdAt,
    };
  }

  /**
   * The rows that count, by value: of people who agree to ANALYTICS now, and of each the first few of the month. Rows
   * without an end user are left out: nobody knows how many people speak through a server's key.
   */
  private async boundedRows({ rows, rowsPerPerson }: ReleasableMeasure, month: Period): Promise<RowCount[]> {
    const counts = await this.database.unitOfWork.sql<{ value: string | null; rows: string }>(
      `select value::text as value, count(*)::text as rows from (
         select source.value, row_number() over (partition by source.customer_id, source.end_user_id order by source.id) as place
         from (${rows}) as source where source.end_user_id is not null
           and ${CONSENT_NOW_SQL('source.customer_id', 'source.end_user_id', ConsentPurpose.ANALYTICS)}
       ) as counted where place <= $3 group by 1`,
      [month.from, month.to, rowsPerPerson],
    );
    return counts.map(({ value, rows: count }) => ({ value: value ?? OTHER, rows: BigInt(count) }));
  }
}

/** The release that was made, to whoever asks for the same loss again. @throws AppError CONFLICT for another one. */
function answered({ id, epsilon, rho }: AggregateRelease, { kind, amount }: PrivacyLoss): string {
  const paid = kind === 'EPSILON' ? epsilon : rho;
  if (paid !== null && toDecimal(fromDecimal(paid), LOSS_PLACES) === toDecimal(amount, LOSS_PLACES))
    return id;
  throw releasedOtherwise(id, epsilon === null ? `rho = ${rho}` : `epsilon = ${epsilon}`);
}

function lossOf({ epsilon, rho }: ReleaseQuestion['loss']): PrivacyLoss {
  const [unit, kind, text] =
    epsilon == null ? (['rho', 'RHO', rho] as const) : (['epsilon', 'EPSILON', epsilon] as const);
  const amount = text != null && LOSS.test(text) ? fromDecimal(text) : undefined;
  if (!amount || amount.numerator === 0n) throw lossOutOfRange(unit);
  return { kind, amount };
}

export function boundsOf(values: MeasureValues): AggregateRelease['bounds'] {
  return values.kind === 'SCORES' ? { min: values.min, max: values.max } : null;
}

function standingFor(
  { dataset, month, charge }: Order,
  left: Rational,
): Parameters<typeof budgetExceeded>[0] {
  const { accounting, total } = dataset.budget;
  return {
    dataset: dataset.name,
    month: monthName(month.from),
    unit: accounting === PrivacyAccounting.PURE ? 'epsilon' : 'rho',
    total,
    left: toDecimal(left, CHARGE_PLACES),
    charge: toDecimal(charge, CHARGE_PLACES),
  };
}
