/** What noting a contact takes. */
import { IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { ContactChannel } from './customer-contact.entity';

@InputType({ description: 'A contact with a customer.' })
export class ContactNoteInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => ContactChannel, { description: 'How you spoke.' })
  channel!: ContactChannel;

  @Field(() => String, {
    description:
      'In short about what, 1–2000 letters. Kept sealed for three years unless configured otherwise.',
  })
  @Length(1, 2000)
  summary!: string;

  @Field(() => DateTime, { nullable: true, description: 'When you spoke; absent = now. Not in the future.' })
  at?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
