/** Which columns a step of a preparation concerns. */
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsOptional } from 'class-validator';
import { Field, InputType } from 'type-graphql';

export const MOST_COLUMNS = 500;

@InputType({ description: 'Columns that a step concerns.' })
export class ColumnsInput {
  @Field(() => [String], { nullable: true, description: 'The columns; absent = all that it suits.' })
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_COLUMNS)
  @ArrayUnique()
  columns?: string[] | null;
}
