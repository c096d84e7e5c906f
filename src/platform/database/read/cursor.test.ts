import { AppError } from '../../../kernel/errors';
import { decodeCursor, encodeCursor } from './cursor';

describe('a cursor', () => {
  it.each([
    { value: '2026-01-02T03:04:05.123456Z', id: 'inf_1' },
    { value: null, id: 'inf_1' },
    { value: 'inf_1', id: 'inf_1' },
    { value: 'ünïcode "quoted"', id: 'inf_1' },
  ])('comes back as it went: %j', (position) => {
    expect(decodeCursor(encodeCursor(position))).toEqual(position);
  });

  it.each([
    '',
    'x',
    'bm90IGpzb24',
    '{}',
    'W10',
    'WzFd',
    'WyJhIiwiYiIsImMiXQ',
    'bnVsbA',
    '\0',
    'A'.repeat(3000),
  ])('that nobody made is refused at `after`: %j', (cursor) => {
    const refused = (): unknown => decodeCursor(cursor);
    expect(refused).toThrow(AppError);
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', path: ['after'] }));
  });
});
