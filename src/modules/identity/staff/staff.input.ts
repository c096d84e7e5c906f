/** Inputs of what is done with the operator's staff. */
import { IsEmail } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { StaffRole as Role } from '../../../kernel/principal';
import { EmailAddress } from '../../../platform/graphql';
import { StaffRole, StaffStatus } from './staff.entity';

@InputType({ description: 'Which of the staff.' })
export class StaffFilter {
  @Field(() => StaffStatus, { nullable: true, description: 'Whether they can sign in; absent = all.' })
  status?: StaffStatus | null;
}

@InputType({ description: 'Whom to invite.' })
export class StaffInviteInput {
  @Field(() => EmailAddress, { description: 'Where the invitation goes.' })
  @IsEmail()
  email!: string;

  @Field(() => StaffRole, { description: 'What the person may do.' })
  role!: Role;
}

@InputType({ description: 'What is to be another about somebody of the staff.' })
export class StaffChangeInput {
  @Field(() => StaffRole, {
    description: 'What the person may do from now on. Whose role changes signs in anew.',
  })
  role!: Role;
}

@InputType({ description: 'Whose invitation to take back.' })
export class StaffInvitationWithdrawInput {
  @Field(() => ID, { description: 'Id of who has not come.' })
  id!: string;
}

@InputType({ description: 'Whom to let in no more.' })
export class StaffDeactivateInput {
  @Field(() => ID, { description: 'Id of the login.' })
  id!: string;
}

@InputType({ description: 'Whom to let in again.' })
export class StaffReactivateInput {
  @Field(() => ID, { description: 'Id of the login.' })
  id!: string;
}
