/** What came of a request for one of the tables that hold something about people. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';

export enum DataAction {
  COPIED = 'COPIED',
  ERASED = 'ERASED',
  KEPT = 'KEPT',
}

registerEnumType(DataAction, {
  name: 'DataAction',
  description: 'What was done with the rows of a table.',
  valuesConfig: {
    COPIED: { description: 'They are in the copy.' },
    ERASED: { description: 'What they said about the person is gone.' },
    KEPT: { description: 'They are kept, for the reason that `kept` gives, and lead to nobody any more.' },
  },
});

@ObjectType({ description: 'What came of a request in one table.' })
export class DataRequestOutcome {
  @Field(() => String, { description: 'The table, as its file in the copy is named.' })
  table!: string;

  @Field(() => String, { description: 'What it holds about a person.' })
  holds!: string;

  @Field(() => String, { description: 'How long it is kept, and why.' })
  kept!: string;

  @Field(() => DataAction, { description: 'What was done.' })
  action!: DataAction;

  @Field(() => Int, { description: 'To how many rows.' })
  rows!: number;
}
