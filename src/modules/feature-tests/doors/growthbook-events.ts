/**
 * What GrowthBook's tracking plugin sends, as events of ours. Its own two say that something was evaluated, which is no
 * exposure here (decision 316); everything else is a metric by its name, about the person whose `id` the attributes gave.
 */
import { randomUUID } from 'node:crypto';
import { EVENT_EXPERIMENT_VIEWED, EVENT_FEATURE_EVALUATED } from '@growthbook/growthbook';
import { z } from 'zod';
import { AppError } from '../../../kernel/errors';
import { textFaults } from '../../../platform/graphql';
import { isBuiltIn } from '../experiments/metric-plan';
import { LARGEST_VALUE } from '../tracking/track.input';
import type { TrackedEvent } from '../tracking/track.service';

const MOST_EVENTS = 1000;
const NAME = /^[A-Za-z0-9_.-]{1,100}$/;
const OWN_EVENTS: ReadonlySet<string> = new Set([EVENT_EXPERIMENT_VIEWED, EVENT_FEATURE_EVALUATED]);

const sentEvents = z.array(
  z.looseObject({
    event_name: z.string(),
    device_id: z.string().nullish(),
    properties_json: z
      .looseObject({ value: z.unknown().optional(), event_id: z.unknown().optional() })
      .nullish(),
  }),
);

export interface SentEvents {
  readonly count: number;
  /** Those that can be kept at all. */
  readonly events: readonly TrackedEvent[];
}

/** The body as text or parsed. @throws AppError MALFORMED or TOO_LARGE. */
export function sentEventsOf(body: unknown): SentEvents {
  const parsed = sentEvents.safeParse(typeof body === 'string' ? jsonOf(body) : body);
  if (!parsed.success) throw malformed();
  const sent = parsed.data;
  if (sent.length > MOST_EVENTS)
    throw new AppError('TOO_LARGE', `At most ${MOST_EVENTS} events at once; these are ${sent.length}.`);
  const events = sent.flatMap(
    ({ event_name: name, device_id: endUserId, properties_json }): TrackedEvent[] => {
      if (OWN_EVENTS.has(name) || isBuiltIn(name) || !NAME.test(name) || !endUserId) return [];
      const { value = 1, event_id: id } = properties_json ?? {};
      if (typeof value !== 'number' || Math.abs(value) > LARGEST_VALUE) return [];
      // The protocol names no event. Its client sends each once; whoever sends again says by an id of their own that it is the same.
      const isNamed = typeof id === 'string' && id.length >= 1 && id.length <= 100;
      if (!canBeKept(endUserId) || (isNamed && !canBeKept(id))) return [];
      return [{ id: isNamed ? id : randomUUID(), name, value, endUserId }];
    },
  );
  return { count: sent.length, events };
}

/** The database takes neither half characters nor NUL. */
function canBeKept(text: string): boolean {
  return textFaults(text).length === 0 && !text.includes('\0');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed();
  }
}

function malformed(): AppError {
  return new AppError('MALFORMED', 'Send a JSON list of events, as GrowthBook’s tracking plugin does.');
}
