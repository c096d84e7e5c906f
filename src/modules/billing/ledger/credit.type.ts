/** What people see of credits and of the ledger behind them. */
import { Field, Int, ObjectType } from 'type-graphql';
import { BigIntScalar, DateTime, Decimal, MoneyType, MutationPayload } from '../../../platform/graphql';
import { CreditGrant } from './credit-grant.entity';
import { MoneyRequest } from '../review/money-request.entity';
import { LedgerTransfer } from './ledger-transfer.entity';

@ObjectType({ description: 'Prepaid usage of a customer. It pays before anything is owed.' })
export class CreditBalance {
  @Field(() => MoneyType, {
    description: 'What is left of all grants that have not ended, rounded once; the plan’s currency.',
  })
  balance!: MoneyType;

  @Field(() => Decimal, { description: 'The same in minor units, unrounded.' })
  balanceExact!: string;

  readonly customerId!: string;
}

@ObjectType({ description: 'The credits that were granted.' })
export class CreditGrantPayload extends MutationPayload {
  @Field(() => CreditGrant, {
    nullable: true,
    description: 'The grant; null when there are errors, and while somebody else must approve it.',
  })
  grant?: CreditGrant | null;

  @Field(() => MoneyRequest, {
    nullable: true,
    description: 'What somebody else must approve first; null where it was granted at once.',
  })
  request?: MoneyRequest | null;
}

@ObjectType({ description: 'The correction that was written.' })
export class LedgerReversePayload extends MutationPayload {
  @Field(() => LedgerTransfer, { nullable: true, description: 'The mirror; null when there are errors.' })
  transfer?: LedgerTransfer | null;
}

@ObjectType({ description: 'A sum that is not what it must be.' })
export class LedgerFault {
  @Field(() => String, { description: 'Which rule is broken.' })
  rule!: string;

  @Field(() => String, { description: 'Whose ledger.' })
  customerId!: string;

  @Field(() => String, { description: 'What it concerns: a grant, a period or an account.' })
  subject!: string;

  @Field(() => Decimal, { description: 'What the ledger sums to, in minor units.' })
  ledger!: string;

  @Field(() => Decimal, { description: 'What stands elsewhere, in minor units.' })
  found!: string;
}

@ObjectType({ description: 'The whole ledger, added up and compared with everything that depends on it.' })
export class LedgerVerification {
  @Field(() => Boolean, { description: 'Whether every sum is what it must be.' })
  balanced!: boolean;

  @Field(() => BigIntScalar, { description: 'Transfers that were added up.' })
  transfers!: bigint;

  @Field(() => Int, { description: 'Customers that have any.' })
  customers!: number;

  @Field(() => [LedgerFault], { description: 'What is not, at most 100; empty when balanced.' })
  faults!: LedgerFault[];

  @Field(() => DateTime, { description: 'When it was added up.' })
  checkedAt!: Date;
}
