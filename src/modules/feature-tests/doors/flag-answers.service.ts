/**
 * Evaluates flags for whoever asks through a door. An end user's token speaks for its own person, whatever else it names;
 * servers and members name one by their own id. Whom we do not know has agreed to nothing and is in no share: asking about
 * somebody makes nobody known. Nothing is written: an evaluation is no exposure (decision 316).
 */
import type { Principal } from '../../../kernel/principal';
import { type Database, tenant } from '../../../platform/database';
import type { Environment } from '../../deployments';
import { EndUser, type EndUserStanding } from '../../identity';
import type { AnalyticsConsent } from '../experiments/analytics-consent';
import { type EvaluatedFlag, FlagEvaluator } from '../flags/flag-evaluation';
import { evaluatedIn, type RuleStore, type StoredFlag } from '../flags/rule-store.service';
import { forCustomer } from './customer-rules';
import { flagAnswer, type FlagFailure, type FlagValue, type Unit } from './flag-answer';

export interface EvaluationContext extends Readonly<Record<string, unknown>> {
  readonly targetingKey?: string;
}

export type FlagCaller = Extract<Principal, { customerId: string }>;

const CAPACITY = 50_000;
/** Each holds all that its customer may read: they are for the customers of this hour, not for all. */
const MOST_EVALUATORS = 200;

export class FlagAnswers {
  /** End users by customer and the customer's id for them. Only an erasure ends it. */
  private readonly known = new Map<string, string>();
  /** Of what a customer may read, by environment and customer; all of one state of the rules. */
  private readonly ofCustomers = new Map<string, FlagEvaluator>();
  private ofVersion: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly rules: RuleStore,
    private readonly consent: Pick<AnalyticsConsent, 'given'>,
    private readonly standing: Pick<EndUserStanding, 'isErased' | 'isOpen'>,
  ) {}

  async unitOf(caller: FlagCaller, { targetingKey, ...context }: EvaluationContext): Promise<Unit> {
    const { customerId } = caller;
    const isOwn = caller.kind === 'END_USER';
    const found = isOwn ? caller.endUserId : await this.personOf(customerId, targetingKey);
    const id = found !== undefined && this.standing.isOpen(found) ? found : undefined;
    return {
      customerId,
      id,
      isNamed: isOwn || targetingKey !== undefined,
      analyticsConsent: id !== undefined && (await this.consent.given(customerId, id)),
      context,
    };
  }

  all(environment: Environment, unit: Unit): (FlagValue | FlagFailure)[] {
    const evaluator = this.evaluatorFor(environment, unit);
    return flagsOf(this.rules, unit.customerId).map((flag) => flagAnswer(evaluator, flag, environment, unit));
  }

  /** Undefined for a flag that is unknown, another customer's or only planned: the three are not told apart. */
  one(key: string, environment: Environment, unit: Unit): FlagValue | FlagFailure | undefined {
    const flag = this.rules.flag(key);
    if (!flag || !isVisible(flag, unit.customerId)) return undefined;
    return flagAnswer(this.evaluatorFor(environment, unit), flag, environment, unit);
  }

  /** All give the same; but that a flag is shared out among the people of another customer is nothing to ask this one's name for. */
  private evaluatorFor(environment: Environment, { isNamed, customerId }: Unit): FlagEvaluator {
    return isNamed ? this.rules.evaluator(environment) : this.evaluatorOf(customerId, environment);
  }

  /** Made once for each state of the rules: to make it takes far longer than to ask it. */
  private evaluatorOf(customerId: string, environment: Environment): FlagEvaluator {
    const { version } = this.rules;
    if (version !== this.ofVersion) this.ofCustomers.clear();
    this.ofVersion = version;
    const name = `${environment} ${customerId}`;
    const kept = this.ofCustomers.get(name);
    if (kept) return kept;
    const made = new FlagEvaluator(rulesFor(this.rules, customerId, environment));
    if (this.ofCustomers.size >= MOST_EVALUATORS)
      this.ofCustomers.delete(this.ofCustomers.keys().next().value!);
    this.ofCustomers.set(name, made);
    return made;
  }

  private async personOf(customerId: string, externalId: string | undefined): Promise<string | undefined> {
    if (externalId === undefined) return undefined;
    const name = `${customerId} ${externalId}`;
    const known = this.known.get(name);
    if (known !== undefined && !this.standing.isErased(known)) return known;
    const person = await this.database.read.one(EndUser, {
      scope: tenant(customerId),
      where: { customerId, externalId, erasedAt: null },
      selection: { id: true },
    });
    this.known.delete(name);
    if (!person) return undefined;
    if (this.known.size >= CAPACITY) this.known.delete(this.known.keys().next().value!);
    this.known.set(name, person.id);
    return person.id;
  }
}

/** The flags that a customer may know of, in the order of their keys. */
function flagsOf(rules: Pick<RuleStore, 'flags'>, customerId: string): StoredFlag[] {
  return rules.flags.filter((flag) => isVisible(flag, customerId));
}

/** What the customer may read of the flags that it may know of, as they stand in the environment. */
export function rulesFor(
  rules: Pick<RuleStore, 'flags'>,
  customerId: string,
  environment: Environment,
): EvaluatedFlag[] {
  return forCustomer(
    flagsOf(rules, customerId).map((flag) => evaluatedIn(flag, environment)),
    customerId,
  );
}

function isVisible({ ownerId, isPlanned }: StoredFlag, customerId: string): boolean {
  return !isPlanned && (ownerId === null || ownerId === customerId);
}
