/** How far the periods of many customers have come, and what they were told of it: a statement each. */
import type { Database } from '../../../platform/database';
import { defineLoader, groupedInOrder, inOrder } from '../../../platform/graphql';
import type { UsageAlert } from './usage-alert.entity';

export interface Standing {
  readonly charged: string;
  readonly credited: string;
}

const ASKED = `unnest($1::text[], $2::text[], $3::timestamptz[]) asked (question, customer_id, period_start)`;

const STANDING = `select asked.question, trim_scale(c.charged)::text as charged, trim_scale(c.credited)::text as credited
  from ${ASKED} join usage_counters c using (customer_id, period_start)`;

const ALERTS = `select asked.question, a.customer_id as "customerId", a.period_start as "periodStart", a.subject, a.percent,
    trim_scale(a.limit_amount)::text as "limitAmount", trim_scale(a.used)::text as used, a.currency, a.created_at as "createdAt"
  from ${ASKED} join usage_alerts a using (customer_id, period_start) order by a.subject, a.percent`;

const NOTHING: Standing = { charged: '0', credited: '0' };

export type SpendLoaders = ReturnType<typeof createSpendLoaders>;

/** By `customerId periodStart`. Each loader answers only what the caller's scope may see. */
export function createSpendLoaders({ read }: Database) {
  const columnsOf = (questions: readonly string[]): string[][] => {
    const parts = questions.map((question) => question.split(' '));
    return [[...questions], parts.map(([id]) => id!), parts.map(([, from]) => from!)];
  };
  return {
    standingOf: defineLoader<string, Standing>(async (questions, { scope }) => {
      const values = columnsOf(questions);
      const rows = await read.sql<Standing & Asked>(scope, 'billing.standing', STANDING, values);
      return inOrder(questions, rows, ({ question }) => question).map((row) => row ?? NOTHING);
    }),
    alertsOf: defineLoader<string, UsageAlert[]>(async (questions, { scope }) => {
      const values = columnsOf(questions);
      const rows = await read.sql<UsageAlert & Asked>(scope, 'billing.alerts', ALERTS, values);
      return groupedInOrder(questions, rows, ({ question }) => question);
    }),
  };
}

interface Asked {
  readonly question: string;
}
