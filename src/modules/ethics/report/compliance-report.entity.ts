/** A compliance report: made once, never changed; its forms lie in the blob store under their hashes. */
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../../platform/graphql';
import type { ReportKind } from './report-contents';

export const ComplianceReportKind: { readonly [kind in ReportKind]: kind } = {
  FULL: 'FULL',
  PRIVACY: 'PRIVACY',
  MODELS: 'MODELS',
};

registerEnumType(ComplianceReportKind, {
  name: 'ComplianceReportKind',
  description: 'What a compliance report is about.',
  valuesConfig: {
    FULL: {
      description:
        'Consent, requests of data subjects, retention, privacy budgets, feedback, models with fairness, impact of their uses, the gate, incidents, audit proof.',
    },
    PRIVACY: { description: 'Consent, requests of data subjects, retention, privacy budgets, audit proof.' },
    MODELS: {
      description:
        'Models with metrics and fairness, impact of their uses, the gate, incidents, feedback, audit proof.',
    },
  },
});

@Entity('compliance_reports')
@ObjectType({
  implements: Node,
  description:
    'What can be shown to a regulator for a period. Never changed; its hash stands in the audit log.',
})
export class ComplianceReport implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the report.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  @Field(() => ComplianceReportKind, { description: 'What it is about.' })
  kind!: ReportKind;

  @Column('timestamptz')
  periodFrom!: Date;

  @Column('timestamptz')
  periodTo!: Date;

  @Column('text')
  htmlHash!: string;

  @Column('text')
  csvHash!: string;

  /** Of the JSON form, which holds everything; also its name in the blob store. */
  @Column('text')
  @Field(() => String, {
    description:
      'SHA-256 of its JSON form; the event compliance-report.created carries it into the audit log.',
  })
  hash!: string;

  @Column('text')
  createdBy!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

@ObjectType({ description: 'A page of compliance reports.' })
export class ComplianceReportConnection extends connectionOf(ComplianceReport) {}
