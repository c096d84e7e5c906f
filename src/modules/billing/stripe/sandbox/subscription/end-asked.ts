/** What a request says of the end of a subscription: when, and why. */
import type { Parameters } from '../request/parameters';
import { badParameter, notAllowed } from '../request/refusal';
import { idOf, type Subscription } from '../store/wire';
import { currentPeriod } from './subscription-shape';

const PERIOD_ENDS = ['max_billed_until', 'max_period_end', 'min_period_end'];
const FEEDBACK = [
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
] as const;

export function endAsked(before: Subscription, parameters: Parameters, at: number): Partial<Subscription> {
  const atEnd = parameters.boolean('cancel_at_period_end');
  const end = cancelAt(parameters, currentPeriod(before).end, at);
  if (atEnd && typeof end === 'number')
    throw badParameter(
      'cancel_at',
      'You may only specify one of these parameters: cancel_at, cancel_at_period_end.',
      'parameters_exclusive',
    );
  if (atEnd === undefined && end === undefined) return {};
  const schedule = idOf(before.schedule);
  if (schedule)
    throw notAllowed(
      `The subscription is managed by the subscription schedule \`${schedule}\`, and updating any cancelation behavior directly is not allowed. Please update the schedule instead.`,
    );
  return scheduledEnd(before, end ?? null, atEnd ?? false, at);
}

/** null = not any more, undefined = nothing said. `periodEnd`: of the items, which share it. */
export function cancelAt(parameters: Parameters, periodEnd: number, at: number): number | null | undefined {
  if (!parameters.has('cancel_at')) return undefined;
  if (parameters.text('cancel_at') === '') return null;
  if (PERIOD_ENDS.includes(parameters.text('cancel_at')!)) return periodEnd;
  const end = parameters.integer('cancel_at')!;
  if (end <= at) throw badParameter('cancel_at', 'The cancel_at timestamp must be in the future.');
  return end;
}

export function scheduledEnd(
  subscription: Subscription,
  end: number | null,
  atPeriodEnd: boolean,
  at: number,
): Partial<Subscription> {
  const details = {
    comment: null,
    feedback: null,
    feedback_option: null,
    ...subscription.cancellation_details,
  };
  const asked = atPeriodEnd ? currentPeriod(subscription).end : end;
  return {
    cancel_at_period_end: atPeriodEnd,
    cancel_at: asked,
    canceled_at: asked === null ? null : at,
    cancellation_details: { ...details, reason: asked === null ? null : 'cancellation_requested' },
  };
}

function feedbackIn(said: Parameters): (typeof FEEDBACK)[number] | null {
  return said.text('feedback') === '' ? null : (said.choice('feedback', FEEDBACK) ?? null);
}

/** Why somebody leaves, in their words. */
export function cancellationDetails(
  parameters: Parameters,
  before: Subscription['cancellation_details'],
): Subscription['cancellation_details'] {
  const said = parameters.group('cancellation_details');
  const details = { comment: null, feedback: null, feedback_option: null, reason: null, ...before };
  if (!said) return details;
  return {
    ...details,
    comment: said.has('comment') ? (said.nullable('comment') ?? null) : details.comment,
    feedback: said.has('feedback') ? feedbackIn(said) : details.feedback,
  };
}
