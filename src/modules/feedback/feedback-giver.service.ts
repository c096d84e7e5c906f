/** Who is speaking, and about which answer: by the token that came with it, or by the caller's own credential. */
import { invalidInput, notFound } from '../../kernel/errors';
import { actorOf, type Principal, tenantOf } from '../../kernel/principal';
import type { RequestContext } from '../../platform/graphql';
import {
  actingCustomer,
  authorize,
  type CustomerStanding,
  type EndUserStanding,
  type IdentityService,
} from '../identity';
import type { FeedbackClaim, FeedbackTokenService } from '../inference';
import type { Feedback } from './feedback.entity';
import { invalidToken, nameNobodyWithToken } from './feedback.errors';
import type { FeedbackSubmitInput } from './feedback.input';

export interface FeedbackGiver {
  readonly customerId: string;
  /** The person, or the principal who speaks for nobody else: who has one word of each kind on an answer. */
  readonly giver: string;
  readonly endUserId: string | null;
  readonly inferenceId: string | null;
}

/** What of an input says who speaks. */
type NamedGiver = Pick<FeedbackSubmitInput, 'feedbackToken' | 'endUserExternalId'>;

export class FeedbackGiverService {
  constructor(
    private readonly tokens: FeedbackTokenService,
    private readonly identity: IdentityService,
    private readonly standing: Pick<EndUserStanding, 'requireStill'>,
    private readonly customers: Pick<CustomerStanding, 'require'>,
  ) {}

  /**
   * @throws AppError INVALID_INPUT for a token that is not the caller's; UNAUTHENTICATED or FORBIDDEN without one;
   * PROCESSING_RESTRICTED about a person whose data are not to be used; ACCOUNT_CLOSING.
   */
  async giverOf(context: RequestContext, input: NamedGiver): Promise<FeedbackGiver> {
    const giver = await this.namedBy(context, input);
    const { customerId, endUserId } = giver;
    this.customers.require(customerId);
    // The token of an answer is good for months, and outlives whom it names.
    if (endUserId !== null) await this.standing.requireStill({ customerId, endUserId });
    return giver;
  }

  private async namedBy(context: RequestContext, input: NamedGiver): Promise<FeedbackGiver> {
    const { principal } = context;
    const { feedbackToken, endUserExternalId } = input;
    if (feedbackToken) {
      if (endUserExternalId) throw nameNobodyWithToken();
      return giverByClaim(this.claimOf(principal, feedbackToken), principal);
    }
    authorize(context, 'feedback:submit');
    const customerId = actingCustomer(principal);
    const endUserId = await this.personOf(principal, customerId, endUserExternalId);
    return { customerId, giver: endUserId ?? actorOf(principal), endUserId, inferenceId: null };
  }

  /** Where feedback must lie for the caller to take it back; see `mayTakeBack`. */
  ownerOf(
    context: RequestContext,
    feedbackToken: string | null | undefined,
  ): Pick<FeedbackGiver, 'customerId'> & { claim?: FeedbackClaim } {
    if (feedbackToken) {
      const claim = this.claimOf(context.principal, feedbackToken);
      return { customerId: claim.customerId, claim };
    }
    authorize(context, 'feedback:submit');
    return { customerId: actingCustomer(context.principal) };
  }

  /** @throws AppError INVALID_INPUT for a token that is not the caller’s. */
  claimOf(principal: Principal, token: string): FeedbackClaim {
    const claim = this.tokens.verify(token);
    const tenant = tenantOf(principal);
    if (!claim || (tenant !== undefined && tenant !== claim.customerId)) throw invalidToken();
    const isAnother =
      principal.kind === 'END_USER' && claim.endUserId !== null && claim.endUserId !== principal.endUserId;
    if (isAnother) throw invalidToken();
    return claim;
  }

  private async personOf(
    principal: Principal,
    customerId: string,
    externalId: string | null | undefined,
  ): Promise<string | null> {
    if (principal.kind === 'END_USER') {
      if (externalId)
        throw invalidInput(['input', 'endUserExternalId'], 'The token names the person already.', 'absent');
      return principal.endUserId;
    }
    if (!externalId) return null;
    if (principal.kind !== 'API_KEY') throw notFound(['input', 'endUserExternalId']);
    return (await this.identity.endUser(customerId, externalId)).id;
  }
}

function giverByClaim(
  { customerId, inferenceId, endUserId: named }: FeedbackClaim,
  principal: Principal,
): FeedbackGiver {
  const endUserId = named ?? (principal.kind === 'END_USER' ? principal.endUserId : null);
  // Whoever holds the token of an answer that names nobody speaks as its holder.
  const holder = principal.kind === 'ANONYMOUS' ? `holder of ${inferenceId}` : actorOf(principal);
  return { customerId, inferenceId, endUserId, giver: endUserId ?? holder };
}

/** Whether feedback is the caller's to take back: by the answer's token, one's own, or a server's for its people. */
export function mayTakeBack(
  { giver, endUserId, inferenceId }: Feedback,
  principal: Principal,
  claim: FeedbackClaim | undefined,
): boolean {
  // The token of an answer that names nobody has many holders: each takes back their own.
  if (claim) return inferenceId === claim.inferenceId && giver === giverByClaim(claim, principal).giver;
  if (giver === actorOf(principal)) return true;
  return principal.kind === 'API_KEY' && endUserId !== null;
}
