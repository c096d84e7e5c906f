/** What a person must be told about an answer that a machine gave (EU AI Act Art. 50, GDPR Art. 22). */
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'What the person concerned must be told about this answer.' })
export class Disclosure {
  @Field(() => Boolean, { description: 'A machine gave the answer. Always true here.' })
  automated!: boolean;

  @Field(() => String, { description: 'Name of the model.' })
  model!: string;

  @Field(() => Int, { description: 'Number of the version that answered.' })
  version!: number;

  @Field(() => String, { description: 'A sentence to show to the person.' })
  statement!: string;

  @Field(() => String, { description: 'How the person can object, in a sentence to show.' })
  objection!: string;
}

export function disclosureOf(model: string, version: number): Disclosure {
  return {
    automated: true,
    model,
    version,
    statement: `An artificial intelligence gave this answer: the model ${model}, version ${version}. It can be wrong.`,
    objection:
      'You can rate or correct this answer with its feedback token, ask for a person to look at it, and withdraw your consents at any time.',
  };
}
