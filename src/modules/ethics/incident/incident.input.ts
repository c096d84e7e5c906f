/** What opening, closing and listing incidents takes. */
import { IsOptional, Length, MaxLength } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';
import { PeopleNotification } from './breach-people';
import { IncidentSeverity, IncidentStatus } from './incident.entity';

@InputType({ description: 'What went wrong.' })
export class IncidentOpenInput {
  @Field(() => String, { description: 'In one line, 3–200 letters; no personal data.' })
  @Length(3, 200)
  title!: string;

  @Field(() => IncidentSeverity, { description: 'How bad it is.' })
  severity!: IncidentSeverity;

  @Field(() => ID, { nullable: true, description: 'The object concerned, for example a deployment.' })
  @IsOptional()
  @MaxLength(100)
  subjectId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When what went wrong began, if that was before; absent = now.',
  })
  startedAt?: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The member of staff who sees to it; absent = nobody yet.',
  })
  ownerId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is a personal data breach; absent = nobody judged that yet.',
  })
  isPersonalDataBreach?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When somebody became aware of it, if that was before; absent = now.',
  })
  becameAwareAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What is now known of an open incident; absent = unchanged.' })
export class IncidentUpdateInput {
  @Field(() => IncidentSeverity, { nullable: true, description: 'How bad it turned out to be.' })
  severity?: IncidentSeverity | null;

  @Field(() => ID, { nullable: true, description: 'The member of staff who sees to it; null = nobody.' })
  ownerId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When what went wrong began; whom it reached is counted anew.',
  })
  startedAt?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it is a personal data breach, of which the authority is to know within 72 hours.',
  })
  isPersonalDataBreach?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When somebody became aware of it; the 72 hours count from then.',
  })
  becameAwareAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the supervisory authority was notified, by whatever way: this records it and sends nothing.',
  })
  authorityNotifiedAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Which authority was notified, and under which reference, 3–200 letters. Needed with `authorityNotifiedAt`.',
  })
  @IsOptional()
  @Length(3, 200)
  authorityReference?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was notified late, 3–2000 letters. Needed after 72 hours.',
  })
  @IsOptional()
  @Length(3, 2000)
  authorityDelayReason?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why the breach is unlikely to put people at risk and need not be notified, 3–2000 letters; null = it must be.',
  })
  @IsOptional()
  @Length(3, 2000)
  authorityNotNeededReason?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why data of no customer’s people are concerned, so that none need be told, 3–2000 letters; null = some are.',
  })
  @IsOptional()
  @Length(3, 2000)
  customersNotConcernedReason?: string | null;

  @Field(() => PeopleNotification, {
    nullable: true,
    description: 'Whether the people concerned have to be told of the breach (GDPR Art. 34).',
  })
  peopleNotification?: PeopleNotification | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it is judged so, 3–2000 letters; needed where each of them need not be told.',
  })
  @IsOptional()
  @Length(3, 2000)
  peopleNotificationReason?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When they were told, by whatever way: this records it and sends nothing.',
  })
  peopleNotifiedAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'What was found or done, 3–2000 letters; no personal data.',
  })
  @IsOptional()
  @Length(3, 2000)
  note?: string | null;
}

@InputType({ description: 'How an incident was dealt with.' })
export class IncidentCloseInput {
  @Field(() => ID, { description: 'The incident.' })
  id!: string;

  @Field(() => String, { description: 'What was done so that it does not happen again, 3–2000 letters.' })
  @Length(3, 2000)
  correctiveAction!: string;
}

@InputType({ description: 'Which incidents; all conditions must hold.' })
export class IncidentFilter {
  @Field(() => IncidentStatus, { nullable: true, description: 'Open or closed ones.' })
  status?: IncidentStatus | null;

  @Field(() => IncidentSeverity, { nullable: true, description: 'Of this severity.' })
  severity?: IncidentSeverity | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Personal data breaches, or what was judged to be none.',
  })
  isPersonalDataBreach?: boolean | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Only breaches of which the authority should have been notified by now, and was not.',
  })
  onlyAuthorityOverdue!: boolean;
}
