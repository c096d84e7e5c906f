/**
 * Under which terms a customer is served, from memory: plan, price book, period, spend cap. Dropped by the signal
 * `billing.changed`, with a short time to live as a belt. A stale copy costs nobody money: quota is taken in the
 * database, and prices belong to a version of a plan.
 */
import DataLoader from 'dataloader';
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import type { Period } from '../../../kernel/period';
import { type Database, SERVICE } from '../../../platform/database';
import type { Signals } from '../../../platform/events';
import { inOrder } from '../../../platform/graphql';
import { BILLING_CHANGED } from '../billing.events';
import { type EntitlementTerms, forSeats, OveragePolicy } from '../plan/entitlement-terms';
import type { Plan } from '../plan/plan.entity';
import type { PlanService } from '../plan/plan.service';
import type { SpendCapKind } from '../spend/spend-cap';
import { usagePeriod } from '../subscription/billing-calendar';
import { grantsPlan, isOverdue, SubscriptionStatus } from '../subscription/standing';
import type { PriceBookEntry } from './price';

const TIME_TO_LIVE_MS = 30_000;
/** Customers kept in memory; beyond, the longest kept is forgotten. */
const CAPACITY = 20_000;

interface SubscriptionFacts {
  readonly customerId: string;
  readonly planId: string;
  readonly seats: number;
  readonly status: SubscriptionStatus;
  readonly graceEndsAt: string | null;
  readonly trialEndsAt: string | null;
  readonly anchorAt: string;
  readonly currentPeriodStart: string;
  readonly currentPeriodEnd: string;
  readonly spendCapMinor: string | null;
  readonly spendCapKind: SpendCapKind;
}

export interface Terms {
  readonly plan: Plan;
  /** By which usage is charged now: the plan's; empty in a trial, of which Stripe bills no usage (decision 369). */
  readonly priceBook: readonly PriceBookEntry[];
  /** The plan's, for the seats that are paid; in a trial one seat's, and its limit refuses, because what is beyond it would be sold. */
  readonly entitlements: EntitlementTerms;
  /** A payment is overdue beyond the days of grace: nothing may be run. */
  readonly overdue: boolean;
  readonly period: Period;
  readonly spendCapMinor: string | null;
  readonly spendCapKind: SpendCapKind;
}

interface Loaded {
  readonly facts: SubscriptionFacts;
  readonly bought: Plan;
  readonly free: Plan;
}

interface Memory {
  readonly loadedAt: number;
  readonly loaded: Promise<Loaded>;
  /** What was worked out of it last. */
  terms?: Terms;
  /** Until when that holds: the end of the period, of the trial, or of the days of grace. */
  termsUntil?: number;
}

const FACTS = `select s.customer_id as "customerId", s.plan_id as "planId", s.quantity as seats, s.status, s.grace_ends_at as "graceEndsAt",
    s.trial_ends_at as "trialEndsAt", s.anchor_at as "anchorAt",
    s.current_period_start as "currentPeriodStart", s.current_period_end as "currentPeriodEnd",
    a.spend_cap_minor::text as "spendCapMinor", a.spend_cap_kind as "spendCapKind"
  from plan_subscriptions s join billing_accounts a using (customer_id)
  where s.customer_id = any($1) and s.ended_at is null`;

export class CustomerTermsService {
  private readonly memory = new Map<string, Memory>();
  /** Many who are asked for at once are read at once; what is remembered is remembered in `memory`. */
  private readonly facts = new DataLoader<string, SubscriptionFacts | null>(
    async (customerIds) => {
      const rows = await this.database.unitOfWork.outside(() =>
        this.database.read.sql<SubscriptionFacts>(SERVICE, 'billing.terms', FACTS, [customerIds]),
      );
      return inOrder(customerIds, rows, ({ customerId }) => customerId);
    },
    { cache: false },
  );

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly plans: PlanService,
    signals: Signals,
  ) {
    signals.subscribe(
      BILLING_CHANGED,
      ({ customerId }) => this.memory.delete(String(customerId)),
      () => this.memory.clear(),
    );
  }

  /** @throws AppError NOT_FOUND for a customer that has no plan: it does not exist. */
  async of(customerId: string): Promise<Terms> {
    const now = this.clock.now();
    let memory = this.memory.get(customerId);
    if (!memory || now.getTime() - memory.loadedAt >= TIME_TO_LIVE_MS)
      memory = this.remember(customerId, now);
    const { terms, termsUntil } = memory;
    if (terms && terms.period.from <= now && now.getTime() < termsUntil!) return terms;
    const loaded = await memory.loaded;
    memory.terms = termsOf(loaded, now);
    const { graceEndsAt, trialEndsAt } = loaded.facts;
    memory.termsUntil = Math.min(
      memory.terms.period.to.getTime(),
      toCome(graceEndsAt, now),
      toCome(trialEndsAt, now),
    );
    return memory.terms;
  }

  /** What was worked out last, at once; undefined for a customer that this process does not know yet. */
  known(customerId: string): Terms | undefined {
    return this.memory.get(customerId)?.terms;
  }

  private remember(customerId: string, now: Date): Memory {
    const memory: Memory = { loadedAt: now.getTime(), loaded: this.load(customerId) };
    this.memory.delete(customerId);
    this.memory.set(customerId, memory);
    memory.loaded.catch(() => this.memory.delete(customerId));
    if (this.memory.size > CAPACITY) this.memory.delete(this.memory.keys().next().value!);
    return memory;
  }

  private async load(customerId: string): Promise<Loaded> {
    const facts = await this.facts.load(customerId);
    if (!facts) throw notFound(['input', 'customerId']);
    return { facts, bought: await this.plans.byIdOf(facts.planId), free: await this.plans.free() };
  }
}

function termsOf({ facts, bought, free }: Loaded, now: Date): Terms {
  const graceEndsAt = facts.graceEndsAt === null ? null : new Date(facts.graceEndsAt);
  const billed = {
    anchorAt: new Date(facts.anchorAt),
    interval: bought.interval,
    currentPeriodStart: new Date(facts.currentPeriodStart),
    currentPeriodEnd: new Date(facts.currentPeriodEnd),
  };
  const standing = { status: facts.status, graceEndsAt };
  const plan = grantsPlan(standing, now) ? bought : free;
  const inTrial = facts.status === SubscriptionStatus.TRIALING && toCome(facts.trialEndsAt, now) < Infinity;
  return {
    plan,
    priceBook: inTrial ? [] : plan.priceBook,
    entitlements: inTrial
      ? { ...plan.entitlementTerms, overage: OveragePolicy.REFUSE }
      : forSeats(plan.entitlementTerms, plan === bought ? facts.seats : 1),
    overdue: isOverdue(standing, now),
    period: usagePeriod(billed, now),
    spendCapMinor: facts.spendCapMinor,
    spendCapKind: facts.spendCapKind,
  };
}

/** When the days of grace or the trial end that are running or to come; never, when there are none. */
function toCome(endsAt: string | null, now: Date): number {
  const end = endsAt === null ? Infinity : Date.parse(endsAt);
  return end > now.getTime() ? end : Infinity;
}
