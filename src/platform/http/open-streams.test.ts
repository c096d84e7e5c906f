import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Principal } from '../../kernel/principal';
import { MOST_STREAMS, OpenStreams, type StreamReader } from './open-streams';

const context = (principal: Principal, remoteAddress = '10.0.0.1'): StreamReader => ({
  principal,
  remoteAddress,
});
const person: Principal = { kind: 'END_USER', endUserId: 'eus_1', customerId: 'cus_1' };
const server = { kind: 'API_KEY', apiKeyId: 'key_1', customerId: 'cus_1' } as Principal;
const stranger: Principal = { kind: 'ANONYMOUS' };

function open(streams: OpenStreams, who: StreamReader): EventEmitter {
  const answer = new EventEmitter();
  streams.enter(who, answer as unknown as ServerResponse);
  return answer;
}

test.each([
  ['a person', context(person), MOST_STREAMS.person],
  ['a server', context(server), MOST_STREAMS.server],
  ['a stranger', context(stranger), MOST_STREAMS.person],
])('%s has so many streams open and no more, until one is closed', (_, who, most) => {
  const streams = new OpenStreams();
  const answers = Array.from({ length: most }, () => open(streams, who));
  expect(() => open(streams, who)).toThrow(`You have ${most} streams open`);
  answers[0]!.emit('close');
  open(streams, who);
  expect(() => open(streams, who)).toThrow();
});

test('one person’s streams are no other’s, and strangers are told apart by their address', () => {
  const streams = new OpenStreams();
  for (let i = 0; i < MOST_STREAMS.person; i++) {
    open(streams, context(person));
    open(streams, context(stranger));
  }
  open(streams, context({ ...person, endUserId: 'eus_2' } as Principal));
  open(streams, context(stranger, '10.0.0.2'));
});
