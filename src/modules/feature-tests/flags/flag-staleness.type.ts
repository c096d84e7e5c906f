/** Why a flag should be removed, as staff read it. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';

export enum FlagStaleReason {
  MARKED = 'MARKED',
  TEST_DECIDED = 'TEST_DECIDED',
  NEVER_MET = 'NEVER_MET',
  SAME_FOR_ALL = 'SAME_FOR_ALL',
}

registerEnumType(FlagStaleReason, {
  name: 'FlagStaleReason',
  description: 'Why a flag should be removed.',
  valuesConfig: {
    MARKED: { description: 'Staff said so; `detail` has their words.' },
    TEST_DECIDED: { description: 'Its test was decided, and since then everybody gets one value.' },
    NEVER_MET: {
      description:
        'In no environment do the flags that it requires ever give what it asks of them, so everybody gets the default; nothing about it changed for 30 days.',
    },
    SAME_FOR_ALL: {
      description:
        'Everybody gets one value, the same in every environment, and nothing changed for 30 days.',
    },
  },
});

@ObjectType({ description: 'Why a flag should be removed, and since when that is so.' })
export class FlagStaleness {
  @Field(() => FlagStaleReason, { description: 'Why.' })
  reason!: FlagStaleReason;

  /** ISO 8601 text: it is kept as JSON. */
  @Field(() => DateTime, { description: 'Since when that is so: the last change that made it so.' })
  since!: Date | string;

  @Field(() => String, { description: 'The same in words, for people.' })
  detail!: string;
}
