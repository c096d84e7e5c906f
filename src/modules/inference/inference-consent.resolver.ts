/** The consents of the person concerned, as they stood in the transaction that wrote the record. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs } from '../../platform/graphql';
import { ConsentState } from '../privacy';
import { Inference } from './inference.entity';

@Resolver(() => Inference)
export class InferenceConsentResolver {
  @FieldResolver(() => [ConsentState], {
    description:
      'The consents of the end user as they stood at that moment, one a purpose; empty when no end user was named.',
  })
  @Needs('consentStates')
  consent(@Root() { consentStates }: Inference): ConsentState[] {
    return consentStates.map(({ since, ...state }) => ({
      ...state,
      since: since === null ? null : new Date(since),
    }));
  }
}
