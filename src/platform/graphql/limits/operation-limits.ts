/** What is refused before anything runs: operations too deep, too wide or too costly, and callers who ask too much. */
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Clock } from '../../../kernel/clock';
import { AppError, forbidden } from '../../../kernel/errors';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { RequestContext } from '../context';
import { type Measure, measure } from './measure';
import { type Allowance, allowanceOf, RateBuckets } from './rate-bucket';

export const LIMITS = { depth: 15, aliases: 60, tokens: 4000, cost: 10_000 } as const;

/** `extensions.cost` of an answer, with the names that Shopify gave them. What was requested is what is drawn. */
export interface CostReport {
  readonly requestedQueryCost: number;
  readonly actualQueryCost: number;
  readonly throttleStatus?: {
    readonly maximumAvailable: number;
    readonly currentlyAvailable: number;
    readonly restoreRate: number;
  };
}

/** How far a key is from its own limit of calls. */
export interface CallsLeft {
  readonly limit: number;
  readonly remaining: number;
  /** Until all of them are left again. */
  readonly fullInMs: number;
}

export interface LimitSettings {
  readonly schema: GraphQLSchema;
  readonly clock: Clock;
  readonly rateLimits: boolean;
  readonly mayIntrospect: (context: RequestContext) => boolean;
  /** What the plan of a caller buys beyond `allowanceOf`, with the name under which those share it who do; from memory. */
  readonly boughtBy?: (
    principal: Principal,
  ) => { readonly key: string; readonly allowance: Allowance } | undefined;
}

type Caller = Pick<RequestContext, 'principal' | 'remoteAddress'>;

/**
 * What reading a document that is not run costs: 1 for so many letters, up to a most. The worst ones keep the validator busy for
 * 30 ms a thousand letters, and what is longer ends at the limit of tokens; a slip of the pen costs a few dozen.
 */
const LETTERS_READ = 25;
const MOST_READ = 400;
/** The same for a body of another protocol: to parse so much JSON takes 0.6 ms where it is numbers, as so many letters do at worst. */
const BYTES_READ = 64 * 1024;

export class OperationLimits {
  private readonly measures = new WeakMap<OperationDefinitionNode, Measure>();
  private readonly buckets: RateBuckets;
  private readonly ofKeys: RateBuckets;

  constructor(private readonly settings: LimitSettings) {
    this.buckets = new RateBuckets(settings.clock);
    this.ofKeys = new RateBuckets(settings.clock);
  }

  /** @throws AppError TOO_COSTLY, RATE_LIMITED or FORBIDDEN, naming the limit and the number. */
  admit(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
  ): CostReport {
    const { depth, aliases, introspects, costWith } = this.measureOf(document, operation);
    if (introspects && !this.settings.mayIntrospect(context)) throw forbidden('to read the schema');
    const cost = costWith(variables);
    if (depth > LIMITS.depth) throw tooCostly('depth', depth);
    if (aliases > LIMITS.aliases) throw tooCostly('aliases', aliases);
    if (cost > LIMITS.cost) throw tooCostly('cost', cost);
    return this.spend(cost, context);
  }

  private measureOf(document: DocumentNode, operation: OperationDefinitionNode): Measure {
    let known = this.measures.get(operation);
    if (!known) {
      known = measure(this.settings.schema, document, operation);
      this.measures.set(operation, known);
    }
    return known;
  }

  /** Before a document is read: whoever owes for those that were not run waits. @throws AppError RATE_LIMITED. */
  enter(caller: Caller): void {
    if (!this.settings.rateLimits) return;
    const { key, allowance } = this.bucketOf(caller);
    const { granted, retryAfterMs } = this.buckets.draw(key, allowance, 0);
    if (granted) return;
    const message = `You sent documents that could not be run, and reading them has used up what you may ask. Try again in ${retryAfterMs} ms.`;
    throw new AppError('RATE_LIMITED', message, undefined, { retryAfterMs });
  }

  /** A document was read, and then refused: the reading is paid all the same, or it would be the cheapest way to keep us busy. */
  readInVain({ length }: string, caller: Caller): void {
    if (!this.settings.rateLimits) return;
    const { key, allowance } = this.bucketOf(caller);
    this.buckets.owe(key, allowance, Math.min(MOST_READ, Math.ceil(length / LETTERS_READ)));
  }

  /** The same for a body of another protocol, by its bytes. */
  bodyInVain(bytes: number, caller: Caller): void {
    if (!this.settings.rateLimits) return;
    const { key, allowance } = this.bucketOf(caller);
    this.buckets.owe(key, allowance, Math.ceil(bytes / BYTES_READ));
  }

  /** Draws from the caller's allowance, which all faces share. @throws AppError RATE_LIMITED, or TOO_COSTLY for what never fits in. */
  spend(cost: number, caller: Caller): CostReport {
    this.countCall(caller.principal);
    return this.draw(cost, caller);
  }

  /** Before a body is read whose cost nobody knows yet; `draw` follows. @throws AppError RATE_LIMITED. */
  enterCall(caller: Caller): void {
    this.enter(caller);
    this.countCall(caller.principal);
  }

  /** @param bytes that were read for it, in vain where it is refused. @throws as `spend`. */
  draw(cost: number, caller: Caller, bytes = 0): CostReport {
    const report = { requestedQueryCost: cost, actualQueryCost: cost };
    if (!this.settings.rateLimits) return report;
    const { key, allowance } = this.bucketOf(caller);
    if (cost > allowance.maximum) {
      this.bodyInVain(bytes, caller);
      throw new AppError(
        'TOO_COSTLY',
        `The cost of the operation is ${cost}; at most ${allowance.maximum} is allowed to you at once. Ask for less, or in several requests.`,
      );
    }
    const inVain = Math.ceil(bytes / BYTES_READ);
    const { granted, available, retryAfterMs } = this.buckets.draw(key, allowance, cost, inVain);
    if (!granted) {
      throw new AppError(
        'RATE_LIMITED',
        `The operation costs ${cost}, ${available} of ${allowance.maximum} are left, and ${allowance.restorePerSecond} come back each second. Try again in ${retryAfterMs} ms.`,
        undefined,
        { retryAfterMs },
      );
    }
    return {
      ...report,
      throttleStatus: {
        maximumAvailable: allowance.maximum,
        currentlyAvailable: available,
        restoreRate: allowance.restorePerSecond,
      },
    };
  }

  private bucketOf({ principal, remoteAddress }: Caller): { key: string; allowance: Allowance } {
    const bought = this.settings.boughtBy?.(principal);
    if (bought) return bought;
    const key = principal.kind === 'ANONYMOUS' ? remoteAddress : actorOf(principal);
    return { key, allowance: allowanceOf(principal) };
  }

  /** Of what a customer lets one of its keys call, as this process has counted; undefined for whoever has no such limit. */
  callsLeft(principal: Principal): CallsLeft | undefined {
    const own = limitOfKey(principal);
    if (!own) return undefined;
    const { available, fullInMs } = this.ofKeys.look(own.key, own.allowance);
    return { limit: own.allowance.maximum, remaining: available, fullInMs };
  }

  /**
   * What a customer lets one of its keys call, whether or not the service limits anybody. A key that is over it draws nothing
   * from what all keys share. @throws AppError RATE_LIMITED.
   */
  private countCall(principal: Principal): void {
    const own = limitOfKey(principal);
    if (!own) return;
    const { granted, retryAfterMs } = this.ofKeys.draw(own.key, own.allowance, 1);
    if (granted) return;
    throw new AppError(
      'RATE_LIMITED',
      `This key may call ${own.allowance.maximum} times a minute. Try again in ${retryAfterMs} ms, or give the key a higher limit.`,
      undefined,
      { retryAfterMs },
    );
  }
}

function limitOfKey(principal: Principal): { key: string; allowance: Allowance } | undefined {
  if (principal.kind !== 'API_KEY' || principal.requestsPerMinute == null) return undefined;
  const { apiKeyId, requestsPerMinute } = principal;
  const allowance = { maximum: requestsPerMinute, restorePerSecond: requestsPerMinute / 60 };
  return { key: apiKeyId, allowance };
}

const ADVICE = {
  depth: 'Ask for less nesting.',
  aliases: 'Ask for fewer fields under other names, or in several requests.',
  tokens: 'Send a shorter document.',
  cost: 'Ask for smaller pages, or for less below them.',
} as const;

export function tooCostly(limit: keyof typeof LIMITS, value?: number): AppError {
  const is = value === undefined ? 'is above the limit' : `is ${value}`;
  return new AppError(
    'TOO_COSTLY',
    `The ${limit} of the operation ${is}; at most ${LIMITS[limit]} is allowed. ${ADVICE[limit]}`,
  );
}
