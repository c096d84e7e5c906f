/** What a compliance report tells of an incident, for anyone to ask again. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { PeopleNotification } from '../incident/breach-people';
import { IncidentSeverity } from '../incident/incident.entity';

@ObjectType('IncidentFigure', { description: 'An incident that was open at some moment of a period.' })
export class IncidentFigureType {
  @Field(() => ID, { description: 'Id of the incident.' })
  incidentId!: string;

  @Field(() => String, { description: 'What happened, in one line.' })
  title!: string;

  @Field(() => IncidentSeverity, { description: 'How bad it is.' })
  severity!: string;

  @Field(() => String, { description: 'What opened it: `manual`, or the event.' })
  cause!: string;

  @Field(() => DateTime, { description: 'When it was opened.' })
  openedAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was closed; null when not within the period.',
  })
  closedAt!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was done so that it does not happen again; null when not within the period.',
  })
  correctiveAction!: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is a personal data breach; null when nobody judged that.',
  })
  isPersonalDataBreach!: boolean | null;

  @Field(() => DateTime, { description: 'When somebody of the house became aware of it.' })
  becameAwareAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when the supervisory authority is to be notified; null where it need not be.',
  })
  authorityDeadlineAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was notified; null when not within the period.',
  })
  authorityNotifiedAt!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Which authority was notified, and under which reference; null when not within the period.',
  })
  authorityReference!: string | null;

  @Field(() => String, { nullable: true, description: 'Why it was notified late; null where it was not.' })
  authorityDelayReason!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the breach is unlikely to put people at risk, and need not be notified; null where it is to be.',
  })
  authorityNotNeededReason!: string | null;

  @Field(() => Boolean, {
    description:
      'Whether the authority should have been notified by the end of the period, or by now, and was not.',
  })
  isAuthorityOverdue!: boolean;

  @Field(() => Int, {
    description:
      'How many customers were told of it by the end of the period (GDPR Art. 33(2)); in figures about one customer, whether that was.',
  })
  customersNotified!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the first of them was; null while none was told.',
  })
  firstCustomerNotifiedAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the last of them was first told; null while none was.',
  })
  lastCustomerNotifiedAt!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why data of no customer’s people are concerned; null where some may be.',
  })
  customersNotConcernedReason!: string | null;

  @Field(() => PeopleNotification, {
    nullable: true,
    description:
      'Whether the people concerned have to be told (GDPR Art. 34); null when it was not judged within the period.',
  })
  peopleNotification!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was judged so; null when nothing was said, or not within the period.',
  })
  peopleNotificationReason!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When that was judged; null when not within the period.',
  })
  peopleJudgedAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the people concerned were told; null when not within the period.',
  })
  peopleNotifiedAt!: string | null;
}
