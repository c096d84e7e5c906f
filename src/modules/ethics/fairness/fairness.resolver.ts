/** The fairness of a version, where its evaluation counted groups. */
import { FieldResolver, Resolver, Root } from 'type-graphql';
import { Needs } from '../../../platform/graphql';
import { ModelVersion } from '../../models';
import { shownFairness } from './fairness-of-version';
import { Fairness } from './fairness.type';

@Resolver(() => ModelVersion)
export class FairnessResolver {
  @FieldResolver(() => Fairness, {
    nullable: true,
    description: 'Whether it treats groups alike; null for a version that was not evaluated by group.',
  })
  @Needs('evaluation')
  fairness(@Root() { evaluation }: ModelVersion): Fairness | null {
    return shownFairness(evaluation);
  }
}
