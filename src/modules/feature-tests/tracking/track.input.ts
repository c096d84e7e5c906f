/** Metric events as a customer's product sends them. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length, Matches, ValidateNested } from 'class-validator';
import { Field, Float, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime, MutationPayload } from '../../../platform/graphql';
import { IgnoredReason } from '../experiments/observation.repository';

const MOST_EVENTS = 100;
/** Squares of what these add up to are summed: they must stay far from the largest double, or a test has no results any more. */
export const LARGEST_VALUE = 1e12;

@InputType({ description: 'Something that a person did.' })
export class TrackedEventInput {
  @Field(() => String, {
    description:
      'Your id of the event, 1–100 letters: the same id counts once, however often it is sent. An end user’s token has ids of its own.',
  })
  @Length(1, 100)
  id!: string;

  @Field(() => String, { description: 'Name of the metric, e.g. `checkout`.' })
  @Matches(/^[A-Za-z0-9_.-]{1,100}$/, {
    message: 'A metric has 1–100 letters, digits, dots, hyphens and underscores.',
  })
  name!: string;

  @Field(() => Float, {
    defaultValue: 1,
    description: `The value to add up, from −${LARGEST_VALUE} to ${LARGEST_VALUE}.`,
  })
  value!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Your id of the person; absent with an end user’s token, whose own it is then.',
  })
  @IsOptional()
  @Length(1, 200)
  endUserExternalId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it happened; absent = now. Not in the future: of a clock that is up to a minute ahead it counts as now. What happened before the person agreed is not kept.',
  })
  at?: Date | null;
}

@InputType({ description: 'Metric events.' })
export class TrackInput {
  @Field(() => [TrackedEventInput], { description: `1–${MOST_EVENTS} events.` })
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_EVENTS)
  @ValidateNested({ each: true })
  events!: TrackedEventInput[];
}

registerEnumType(IgnoredReason, {
  name: 'IgnoredEventReason',
  description: 'Why an event was not kept.',
  valuesConfig: {
    ALREADY_SENT: { description: 'An event with its id was kept before, or earlier in this call.' },
    NO_CONSENT: {
      description:
        'The person has not agreed to analytics, took it back, asked that data about them not be used, or is not known.',
    },
    BEFORE_CONSENT: {
      description:
        'It happened before the person agreed as they do now: a consent covers nothing that came before it.',
    },
  },
});

@ObjectType({ description: 'An event that was not kept.' })
export class IgnoredEvent {
  @Field(() => String, { description: 'Your id of the event.' })
  id!: string;

  @Field(() => IgnoredReason, { description: 'Why.' })
  reason!: IgnoredReason;
}

@ObjectType({ description: 'What became of the events.' })
export class TrackPayload extends MutationPayload {
  @Field(() => Int, { nullable: true, description: 'How many were kept; null when there are errors.' })
  accepted?: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many were not: sent before, or not covered by the person’s consent; null when there are errors.',
  })
  ignored?: number | null;

  @Field(() => [IgnoredEvent], {
    nullable: true,
    description: 'Which were not, and why, in your order; null when there are errors.',
  })
  ignoredEvents?: readonly IgnoredEvent[] | null;
}
