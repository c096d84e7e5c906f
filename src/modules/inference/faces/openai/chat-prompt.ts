/**
 * A conversation as one text, for models that continue a text. A single question stands as it was asked, so that a
 * plain model continues it; more turns are told apart by who speaks.
 */
import type { ChatMessage } from '../../../compute';

const SPEAKERS = { system: '', user: 'User: ', assistant: 'Assistant: ' } as const satisfies Record<
  ChatMessage['role'],
  string
>;

export function promptOf(messages: readonly ChatMessage[]): string {
  if (messages.length === 1) return messages[0]!.content;
  const turns = messages.map(({ role, content }) => `${SPEAKERS[role]}${content}`);
  // Who was cut off goes on; who was asked begins.
  return messages.at(-1)!.role === 'assistant' ? turns.join('\n') : [...turns, 'Assistant:'].join('\n');
}
