import { DataRequestKind } from './data-request.entity';
import { fulfilmentOf } from './fulfilment';

test('what a token in a browser asks for never destroys anything by itself', () => {
  expect(fulfilmentOf(DataRequestKind.ERASURE, { kind: 'END_USER' })).toBe('ON_DECISION');
});

test.each(['MEMBER', 'API_KEY', 'STAFF'] as const)(
  'an erasure that a %s asks for is decided already',
  (kind) => {
    expect(fulfilmentOf(DataRequestKind.ERASURE, { kind })).toBe('BY_JOB');
  },
);

test.each([
  [DataRequestKind.ACCESS, 'BY_JOB'],
  [DataRequestKind.PORTABILITY, 'BY_JOB'],
  [DataRequestKind.RESTRICTION, 'AT_ONCE'],
  [DataRequestKind.OBJECTION, 'AT_ONCE'],
  [DataRequestKind.RECTIFICATION, 'ON_DECISION'],
] as const)('%s is carried out %s, whoever asks', (kind, fulfilment) => {
  for (const by of ['END_USER', 'MEMBER', 'API_KEY'] as const)
    expect(fulfilmentOf(kind, { kind: by })).toBe(fulfilment);
});
