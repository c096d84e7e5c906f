/** One line of the ledger. It is written once and never changes; the database refuses anything else. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Decimal, Node } from '../../../platform/graphql';
import { LedgerAccount, TransferKind } from './ledger';

registerEnumType(LedgerAccount, {
  name: 'LedgerAccount',
  description: 'Where money can be in the ledger of a customer.',
  valuesConfig: {
    CASH: { description: 'Paid ahead by the customer.' },
    PROMOTION: { description: 'Given by the operator.' },
    CREDIT: { description: 'Prepaid and not used yet.' },
    RECEIVABLE: { description: 'Used and not prepaid: what the customer owes.' },
    REVENUE: { description: 'Usage, by the price book.' },
    BREAKAGE: { description: 'Credits that nobody used in time.' },
  },
});

registerEnumType(TransferKind, {
  name: 'LedgerTransferKind',
  description: 'What a transfer is for.',
  valuesConfig: {
    GRANT: { description: 'Credits were granted.' },
    BURN: { description: 'Credits paid for usage.' },
    CHARGE: { description: 'Usage that no credits paid for.' },
    EXPIRY: { description: 'Credits ended unused.' },
    REFUND: {
      description:
        'Bought credits were taken back with their money, given back or disputed, as far as they were not used; out of CASH: that money did not arrive, or the dispute was won, and they are the customer’s again.',
    },
    REVERSAL: { description: 'The mirror of an earlier transfer, which it undoes.' },
  },
});

@Entity('ledger_transfers')
@ObjectType({
  implements: Node,
  description:
    'An amount that moved from one account (debit) to another (credit). Usage of one moment is one transfer for each grant that paid for it, and one for what is owed.',
})
export class LedgerTransfer implements Node {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the transfer.' })
  id!: string;

  @PrimaryColumn('timestamptz')
  @Field(() => DateTime, { description: 'When it was written.' })
  createdAt!: Date;

  @Column('text')
  @Field(() => TransferKind, { description: 'What it is for.' })
  kind!: TransferKind;

  @Column('text')
  @Field(() => LedgerAccount, { description: 'The account that the amount left.' })
  debitAccount!: LedgerAccount;

  @Column('text')
  @Field(() => LedgerAccount, { description: 'The account that the amount entered.' })
  creditAccount!: LedgerAccount;

  @Column('text', { nullable: true })
  @Field(() => ID, { nullable: true, description: 'The grant, where credits moved; null elsewhere.' })
  grantId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'ISO 4217 code.' })
  currency!: string;

  @Column('numeric')
  @Field(() => Decimal, { description: 'The amount in minor units, unrounded; always above 0.' })
  amount!: string;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'Start of the billing period of the usage; null for what is no usage.',
  })
  periodStart!: Date | null;

  @Column('text', { nullable: true })
  @Field(() => ID, { nullable: true, description: 'The transfer that it undoes; null unless a reversal.' })
  reversesId!: string | null;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Why, where a person wrote it down; null otherwise.' })
  reason!: string | null;
}

@ObjectType({ description: 'A page of transfers.' })
export class LedgerTransferConnection extends connectionOf(LedgerTransfer) {}
