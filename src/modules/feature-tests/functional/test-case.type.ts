/** The cases of a suite: what a version is asked, and what its answer is held against. */
import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import { JSONScalar } from '../../../platform/graphql';

export enum TestCheckKind {
  EQUALS = 'EQUALS',
  CONTAINS = 'CONTAINS',
  NEAR = 'NEAR',
  BETWEEN = 'BETWEEN',
  REFUSED = 'REFUSED',
  UNCHANGED = 'UNCHANGED',
  MOVES_UP = 'MOVES_UP',
  MOVES_DOWN = 'MOVES_DOWN',
}

registerEnumType(TestCheckKind, {
  name: 'TestCheckKind',
  description: 'How an answer is held against what is expected.',
  valuesConfig: {
    EQUALS: { description: '`field` of the answer is `value`.' },
    CONTAINS: {
      description: '`field` is a text with `value` in it, or a list with `value` among its items.',
    },
    NEAR: { description: '`field` is a number at most `tolerance` from `value`.' },
    BETWEEN: { description: '`field` is a number from `minimum` to `maximum`, each where given.' },
    REFUSED: { description: 'The version does not take the input, and says why.' },
    UNCHANGED: {
      description:
        'With `changes` made to the input, `field` stays what it was; a number within `tolerance`. A change that must not matter does not.',
    },
    MOVES_UP: { description: 'With `changes` made to the input, the number in `field` becomes larger.' },
    MOVES_DOWN: { description: 'With `changes` made to the input, the number in `field` becomes smaller.' },
  },
});

@ObjectType({ description: 'One thing that must be so about the answer to a case.' })
export class TestCheck {
  @Field(() => TestCheckKind, { description: 'How the answer is held against what is expected.' })
  kind!: TestCheckKind;

  @Field(() => String, { nullable: true, description: 'Which field of the answer; null for REFUSED.' })
  field!: string | null;

  @Field(() => JSONScalar, {
    nullable: true,
    description: 'What it must be; null where the kind takes none.',
  })
  value!: unknown;

  @Field(() => Float, { nullable: true, description: 'How far off a number may be; null = not at all.' })
  tolerance!: number | null;

  @Field(() => Float, { nullable: true, description: 'The smallest that passes; null = any.' })
  minimum!: number | null;

  @Field(() => Float, { nullable: true, description: 'The largest that passes; null = any.' })
  maximum!: number | null;

  @Field(() => JSONScalar, {
    nullable: true,
    description: 'What is changed in the input for UNCHANGED, MOVES_UP and MOVES_DOWN; null otherwise.',
  })
  changes!: Record<string, unknown> | null;
}

@ObjectType({ description: 'An input, and what must be so about the answer to it.' })
export class TestCase {
  @Field(() => String, { description: 'Its key within the suite.' })
  key!: string;

  @Field(() => JSONScalar, { description: 'One row, as `predict` takes it.' })
  input!: Record<string, unknown>;

  @Field(() => [TestCheck], { description: 'All of these must be so.' })
  checks!: TestCheck[];

  @Field(() => Boolean, {
    description: 'Whether a version that fails it fails the whole suite, whatever the figures say.',
  })
  mustPass!: boolean;

  @Field(() => [String], { description: 'By which the results are also added up.' })
  tags!: string[];
}
