/** How customers are named, filtered and ordered. */
import { IsOptional, Length, MaxLength } from 'class-validator';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { OneOf } from '../../../platform/graphql';

@OneOf()
@InputType({ description: 'Which customer.' })
export class CustomerBy {
  @Field(() => ID, { nullable: true, description: 'Its id.' })
  id?: string | null;
}

@InputType({ description: 'Which customers; all conditions must hold.' })
export class CustomerFilter {
  @Field(() => String, { nullable: true, description: 'Part of the name.' })
  @IsOptional()
  @MaxLength(200)
  nameContains?: string | null;

  @Field(() => String, { nullable: true, description: 'Market segment.' })
  @IsOptional()
  @MaxLength(60)
  segment?: string | null;
}

@InputType({ description: 'What is to be another about the account; absent = unchanged.' })
export class CustomerUpdateInput {
  @Field(() => String, { nullable: true, description: 'Name of the organisation, 1–200 letters.' })
  @IsOptional()
  @Length(1, 200)
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Market segment, up to 60 letters; null = none.',
  })
  @IsOptional()
  @MaxLength(60)
  segment?: string | null;
}

export enum CustomerOrderField {
  CREATED_AT = 'CREATED_AT',
  NAME = 'NAME',
}

registerEnumType(CustomerOrderField, {
  name: 'CustomerOrderField',
  description: 'What customers are ordered by.',
  valuesConfig: {
    CREATED_AT: { description: 'When they signed up.' },
    NAME: { description: 'Their name.' },
  },
});

export enum SortDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}

registerEnumType(SortDirection, {
  name: 'SortDirection',
  description: 'Which way a list is ordered.',
  valuesConfig: {
    ASC: { description: 'Smallest or oldest first.' },
    DESC: { description: 'Largest or newest first.' },
  },
});

@InputType({ description: 'The order of customers.' })
export class CustomerOrder {
  @Field(() => CustomerOrderField, { description: 'By what.' })
  field!: CustomerOrderField;

  @Field(() => SortDirection, { description: 'Which way.' })
  direction!: SortDirection;
}
