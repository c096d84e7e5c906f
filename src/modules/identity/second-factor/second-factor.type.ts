/** What the caller has beside the password, for nobody but the caller. */
import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';

@ObjectType({ description: 'What the caller has beside the password.' })
export class SecondFactor {
  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when a code is asked for at each sign-in; null while the password is enough.',
  })
  since!: Date | null;

  @Field(() => Int, { description: 'Recovery codes that are left.' })
  recoveryCodesLeft!: number;

  @Field(() => Boolean, {
    description: 'Whether the customer, or the operator for its staff, asks it of everybody.',
  })
  isRequired!: boolean;
}
