/** What a record can be held to later: the consents as they stood when it was written, and its place in the audit log. */
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs, type RequestContext } from '../../../platform/graphql';
import { type AuditLoaders, InclusionProof } from '../../audit';
import { ConsentState } from '../../privacy';
import { Inference } from './inference.entity';

@Resolver(() => Inference)
export class InferenceEvidenceResolver {
  constructor(private readonly audit: AuditLoaders) {}

  @FieldResolver(() => [ConsentState], {
    description:
      'The consents of the end user as they stood at that moment, one a purpose; empty when no end user was named.',
  })
  @Needs('consentStates')
  consent(@Root() { consentStates }: Inference): ConsentState[] {
    // Whoever is restricted is not answered.
    return consentStates.map(({ since, ...state }) => ({
      ...state,
      restricted: false,
      since: since === null ? null : new Date(since),
    }));
  }

  @FieldResolver(() => InclusionProof, {
    nullable: true,
    description:
      'Proof that its record stands in the audit log; null for the moment until the log has taken it in. The proof tells nothing of its contents.',
  })
  @Needs('id')
  auditProof(@Root() { id }: Inference, @Ctx() context: RequestContext): Promise<InclusionProof | null> {
    return this.audit.proofOfObject(context).load(id);
  }
}
