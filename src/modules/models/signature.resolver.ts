/** What a signature does not keep because it follows: the threshold of versions of which nobody chose one. */
import { FieldResolver, Float, Resolver, Root } from 'type-graphql';
import { Signature } from './signature.type';
import { thresholdOf } from './threshold';

@Resolver(() => Signature)
export class SignatureResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'From which probability on the positive label is said: 0.5 unless the version was made, or imported, with another one (modelVersionChooseThreshold). Null for everything but classifiers that answer one probability.',
  })
  threshold(@Root() signature: Signature): number | null {
    return thresholdOf(signature);
  }
}
