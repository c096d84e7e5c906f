/** Sums over usage, of many customers at once: a list of customers with what each used costs one statement. */
import type { Period } from '../../../kernel/period';
import type { Database } from '../../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../../platform/graphql';
import type { UsageUnit } from './price';
import { SUMMED, USED, usedBetween } from './used';

/** How much was used, what it was charged and what it cost: decimal strings. */
export interface UsageAmounts {
  readonly requests: string;
  readonly cachedRequests: string;
  readonly economyRequests: string;
  readonly rows: string;
  readonly deviceMs: string;
  readonly promptTokens: string;
  readonly completionTokens: string;
  readonly price: string;
  readonly cost: string;
}

export interface UsageSums extends UsageAmounts {
  readonly planId: string;
  readonly modelId: string;
  readonly day: string;
  /** Start of its billing period. */
  readonly periodStart: string;
  /** In which it was charged. */
  readonly currency: string;
}

/** The same by the units of a price book. */
export function unitsOf(sums: UsageAmounts): Readonly<Record<UsageUnit, string>> {
  return {
    REQUEST: sums.requests,
    CACHED_REQUEST: sums.cachedRequests,
    ECONOMY_REQUEST: sums.economyRequests,
    ROW: sums.rows,
    DEVICE_MILLISECOND: sums.deviceMs,
    PROMPT_TOKEN: sums.promptTokens,
    COMPLETION_TOKEN: sums.completionTokens,
  };
}

/** Whose usage, and when. One text a question, so that equal questions are asked once. */
type Question = string;

/** Usage of one caller or one end user. */
export interface HeavyUser {
  readonly id: string | null;
  readonly requests: string;
  readonly price: string;
}

export interface UsageLoaders {
  readonly sumsOf: ReturnType<typeof defineLoader<Question, UsageSums[]>>;
  /** Requests that were answered in the period that begins with the question's. */
  readonly answeredOf: ReturnType<typeof defineLoader<Question, bigint>>;
  /** Those with most requests; the question also says charged in which currency, and how many at most. */
  readonly heaviestOf: Record<HeavyColumn, ReturnType<typeof defineLoader<Question, HeavyUser[]>>>;
}

type HeavyColumn = 'principal_id' | 'end_user_id';

export function usageQuestion(customerId: string, { from, to }: Period): Question {
  return JSON.stringify([customerId, from, to]);
}

const SUMS = `select asked.question, u.plan_id as "planId", u.model_id as "modelId", date_trunc('day', u.created_at, 'UTC') as day,
    u.currency, u.period_start as "periodStart", ${SUMMED}
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) asked (question, customer_id, starts, ends)
    cross join ${usedBetween('asked.starts', 'asked.ends', 'customer_id = asked.customer_id')} u
  group by 1, 2, 3, 4, 5, 6 order by 4, 6`;

const heaviestBy = (
  column: HeavyColumn,
): string => `select question, id, requests::text, trim_scale(price)::text as price from (
    select asked.question, asked.most, u.${column} as id, sum(u.requests) as requests, sum(u.price) as price,
      row_number() over (partition by asked.question order by sum(u.requests) desc, u.${column}) as place
    from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::int[])
        asked (question, customer_id, starts, ends, currency, most)
      join ${USED} u on u.customer_id = asked.customer_id and u.created_at >= asked.starts
        and u.created_at < asked.ends and u.currency = asked.currency
    group by 1, 2, 3
  ) ranked where place <= most order by question, place`;

const ANSWERED = `select asked.question, (c.settled + (select coalesce(sum(d.requests), 0) from deferred_usage d
      where d.customer_id = asked.customer_id and d.period_start = asked.starts))::text as answered
  from unnest($1::text[], $2::text[], $3::timestamptz[]) asked (question, customer_id, starts)
    join usage_counters c on c.customer_id = asked.customer_id and c.period_start = asked.starts`;

/** Each loader answers only what the caller's scope may see. */
export function createUsageLoaders({ read }: Database): UsageLoaders {
  const heaviest = (column: HeavyColumn): UsageLoaders['heaviestOf'][HeavyColumn] =>
    defineLoader<Question, HeavyUser[]>(async (questions, { scope }) => {
      const values = columnsOf(questions, 5);
      const rows = await read.sql<HeavyUser & Asked>(
        scope,
        `billing.heaviest-${column}`,
        heaviestBy(column),
        values,
      );
      return groupedInOrder(questions, rows, ({ question }) => question);
    });
  return {
    heaviestOf: { principal_id: heaviest('principal_id'), end_user_id: heaviest('end_user_id') },
    sumsOf: defineLoader<Question, UsageSums[]>(async (questions, { scope }) => {
      const values = columnsOf(questions, 3);
      const rows = await read.sql<UsageSums & Asked>(scope, 'billing.usage', SUMS, values);
      return groupedInOrder(questions, rows, ({ question }) => question);
    }),
    answeredOf: defineLoader<Question, bigint>(async (questions, { scope }) => {
      const values = columnsOf(questions, 2);
      const rows = await read.sql<{ answered: string } & Asked>(scope, 'billing.used', ANSWERED, values);
      return inOrder(questions, rows, ({ question }) => question).map((row) => BigInt(row?.answered ?? 0));
    }),
  };
}

interface Asked {
  readonly question: Question;
}

/** One array a column: the questions themselves, and their first parts. */
function columnsOf(questions: readonly Question[], parts: number): string[][] {
  const parsed = questions.map((question) => JSON.parse(question) as string[]);
  return [[...questions], ...Array.from({ length: parts }, (_, at) => parsed.map((part) => part[at]!))];
}
