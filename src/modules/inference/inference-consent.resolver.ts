/** The consents of the person concerned, as they stood in the transaction that wrote the record. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs } from '../../platform/graphql';
import { CONSENT_PURPOSES, ConsentState, needsConsent } from '../privacy';
import { Inference } from './inference.entity';

@Resolver(() => Inference)
export class InferenceConsentResolver {
  @FieldResolver(() => [ConsentState], {
    description:
      'The consents of the end user as they stood at that moment, one a purpose; empty when no end user was named.',
  })
  @Needs('endUserId', 'consentStates')
  consent(@Root() { endUserId, consentStates }: Inference): ConsentState[] {
    if (endUserId === null) return [];
    return CONSENT_PURPOSES.map((purpose) => {
      const stood = consentStates.find((state) => state.purpose === purpose);
      const granted = stood?.granted ?? !needsConsent(purpose);
      return {
        purpose,
        granted,
        since: stood?.since ? new Date(stood.since) : null,
        textId: stood?.textId ?? null,
      };
    });
  }
}
