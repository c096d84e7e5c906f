/**
 * What is read of an event of the OpenAI protocol, text or chat. By hand: there is one for each token, and a schema library takes
 * longer for it than everything else that is done with it.
 */
import { type RemoteFault, remoteNonsense } from './remote-failure';
import { jsonOf } from './remote-json';
import type { ToldUsage } from './told-usage';

export interface StreamedEvent {
  readonly text: string;
  readonly finishReason: string | null;
  readonly usage: ToldUsage | undefined;
  readonly isFailure: boolean;
}

/** @throws RemoteFault for what is no event of this protocol. */
export function eventOf(data: string): StreamedEvent {
  const json = jsonOf(data, 'an event that is no JSON');
  if (json === null) throw anotherProtocol();
  const { choices = [], usage, error } = membersOf(json);
  if (!Array.isArray(choices)) throw anotherProtocol();
  const { text, delta, finish_reason: finishReason } = membersOf((choices as unknown[])[0]);
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = membersOf(usage);
  if (usage != null && !(typeof promptTokens === 'number' && typeof completionTokens === 'number'))
    throw anotherProtocol();
  return {
    text: textIn(membersOf(delta)['content']) ?? textIn(text) ?? '',
    finishReason: textIn(finishReason),
    usage: usage == null ? undefined : ({ promptTokens, completionTokens } as ToldUsage),
    isFailure: error != null,
  };
}

function anotherProtocol(): RemoteFault {
  return remoteNonsense('an event of another protocol');
}

/** None where there is nothing. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  if (value == null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw anotherProtocol();
  return value as Record<string, unknown>;
}

function textIn(value: unknown): string | null {
  if (value == null) return null;
  if (typeof value !== 'string') throw anotherProtocol();
  return value;
}
