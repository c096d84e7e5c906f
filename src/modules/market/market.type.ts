/** The market as staff see it: a view in one currency, to which each part of the module adds fields. */
import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'The market as our own facts show it, in one currency. Amounts of different currencies are never added.',
})
export class Market {
  @Field(() => String, { description: 'ISO 4217 code of every amount of this view.' })
  currency!: string;
}
