/** Reads who spoke of competitors, and who left for them: our own rows, with how words lean by the door of feedback. */
import { money } from '../../../kernel/money';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import { moneyOf } from '../../../platform/graphql';
import { LossReason } from '../../billing';
import type { FeedbackModule } from '../../feedback';
import { PERSON_OPEN_SQL } from '../../identity';
import { KNOWN_ORIGIN_SQL } from '../funnel/known-origin';
import { CHURNED_SQL } from '../losses/churn-reason';
import { Competitor } from './competitor.entity';
import type { CompetitorDemand, CompetitorLoss, MentionFigures } from './competitor.type';
import { foldMentions, type Mention, type MentionSums } from './mention-folding';

/** The calendar of the database ends not far before it. */
const BEGINNING = Date.parse('0001-01-01T00:00:00Z');

const OPEN = PERSON_OPEN_SQL('mention.customer_id', 'mention.end_user_id');

const MENTIONS = `select mention.competitor_id as "competitorId", mention.feedback_id as "feedbackId",
    mention.customer_id as "customerId", mention.said_at >= $2 as "isNow", origin.segment,
    coalesce(standing.monthly_minor, 0)::text as monthly
  from competitor_mentions as mention
  left join (${KNOWN_ORIGIN_SQL}) as origin on origin.customer_id = mention.customer_id
  left join customer_standings as standing on standing.customer_id = mention.customer_id and standing.currency = $4
  where mention.said_at >= $1 and mention.said_at < $3 and ${OPEN}`;

/** Whoever left for a competitor is taken to have left for those that its people named in the half year before. */
const LOSSES = `with lost as (
    select competitor_id, count(*)::int as leads from leads
    where stage = 'LOST' and competitor_id is not null
      and closed_at >= $2::date::timestamp at time zone 'UTC'
      and closed_at < ($3::date + interval '1 month') at time zone 'UTC' group by 1
  ), churned as (
    select customer_id, month, opening_minor from (${CHURNED_SQL}) as everyone where reason = '${LossReason.COMPETITOR}'
  ), gone as (
    select competitor_id, count(distinct customer_id)::int as customers, sum(opening_minor)::text as amount from (
      select distinct mention.competitor_id, churned.* from churned join competitor_mentions as mention
        on mention.customer_id = churned.customer_id
          and mention.said_at >= (churned.month - interval '180 days') at time zone 'UTC'
          and mention.said_at < (churned.month + interval '1 month') at time zone 'UTC' and ${OPEN}) as named
    group by 1)
  select competitor_id as "competitorId", coalesce(leads, 0) as leads, coalesce(customers, 0) as customers,
    coalesce(amount, '0') as amount
  from lost full join gone using (competitor_id)`;

interface MentionRow extends Omit<Mention, 'monthlyMinor'> {
  readonly monthly: string;
}
interface LossRow {
  readonly competitorId: string;
  readonly leads: number;
  readonly customers: number;
  readonly amount: string;
}

export class CompetitorReportService {
  constructor(
    private readonly database: Pick<Database, 'read'>,
    private readonly words: Pick<FeedbackModule['words'], 'leanings'>,
  ) {}

  /** Most spoken of first; three statements, however many they are. */
  async mentions(currency: string, { from, to }: Period): Promise<CompetitorDemand[]> {
    const { read } = this.database;
    const before = new Date(Math.max(2 * from.getTime() - to.getTime(), BEGINNING));
    const rows = await read.sql<MentionRow>(SERVICE, 'market.mentions', MENTIONS, [
      before,
      from,
      to,
      currency,
    ]);
    const mentions = rows.map(({ monthly, ...row }) => ({ ...row, monthlyMinor: BigInt(monthly) }));
    const said = [...new Set(mentions.filter(({ isNow }) => isNow).map(({ feedbackId }) => feedbackId))];
    const [known, leanings] = await Promise.all([this.known(), this.words.leanings(said)]);
    const shown = ({ monthlyMinor, ...sums }: MentionSums): MentionFigures => ({
      ...sums,
      monthlyRevenue: moneyOf(money(monthlyMinor, currency)),
    });
    return foldMentions(mentions, leanings).flatMap(({ competitorId, total, segments }) => {
      const competitor = known.get(competitorId);
      // Removed since it was counted.
      if (!competitor) return [];
      const shownSegments = segments.map(({ segment, sums }) => ({ segment, figures: shown(sums) }));
      return [{ competitor, total: shown(total), segments: shownSegments }];
    });
  }

  /** To whom leads and customers were lost in these months, by name. @param months first days */
  async losses(currency: string, months: readonly string[]): Promise<CompetitorLoss[]> {
    const values = [currency, months[0], months.at(-1)];
    const rows = await this.database.read.sql<LossRow>(SERVICE, 'market.competitor-losses', LOSSES, values);
    const known = await this.known();
    return rows
      .flatMap(({ competitorId, amount, ...counts }) => {
        const competitor = known.get(competitorId);
        const revenue = moneyOf(money(BigInt(amount), currency));
        return competitor ? [{ competitor, ...counts, revenue }] : [];
      })
      .sort((a, b) => (a.competitor.name < b.competitor.name ? -1 : 1));
  }

  private async known(): Promise<Map<string, Competitor>> {
    const all = await this.database.read.list(Competitor, { scope: SERVICE });
    return new Map(all.map((one) => [one.id, one]));
  }
}
