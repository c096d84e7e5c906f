import type { Principal } from '../../kernel/principal';
import { MOST_STREAMS, OpenStreams, type StreamReader } from './open-streams';

const context = (principal: Principal, remoteAddress = '10.0.0.1'): StreamReader => ({
  principal,
  remoteAddress,
});
const person: Principal = { kind: 'END_USER', endUserId: 'eus_1', customerId: 'cus_1' };
const server = { kind: 'API_KEY', apiKeyId: 'key_1', customerId: 'cus_1' } as Principal;
const stranger: Principal = { kind: 'ANONYMOUS' };

test.each([
  ['a person', context(person), MOST_STREAMS.person],
  ['a server', context(server), MOST_STREAMS.server],
  ['a stranger', context(stranger), MOST_STREAMS.person],
])('%s has so many streams open and no more, until one is closed', (_, who, most) => {
  const streams = new OpenStreams();
  const leaves = Array.from({ length: most }, () => streams.enter(who));
  expect(() => streams.enter(who)).toThrow(`You have ${most} streams open`);
  leaves[0]!();
  leaves[0]!();
  streams.enter(who);
  expect(() => streams.enter(who)).toThrow();
});

test('one person’s streams are no other’s, and strangers are told apart by their address', () => {
  const streams = new OpenStreams();
  for (let i = 0; i < MOST_STREAMS.person; i++) {
    streams.enter(context(person));
    streams.enter(context(stranger));
  }
  streams.enter(context({ ...person, endUserId: 'eus_2' } as Principal));
  streams.enter(context(stranger, '10.0.0.2'));
});
