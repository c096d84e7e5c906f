import { changedFields } from './changed-fields';

describe('the fields that changed', () => {
  const at = new Date('2026-11-01T00:00:00Z');

  it('are none between equal rows, whatever the order of keys within a value and however an instant is written', () => {
    const before = { total: '1', at, lines: [{ a: 1, b: 2 }], gone: undefined };
    const after = { total: '1', at: at.toISOString(), lines: [{ b: 2, a: 1 }], gone: null };
    expect(changedFields(before, after)).toEqual([]);
  });

  it('are named where a value differs, and all of them for a row that is missing', () => {
    expect(changedFields({ total: '1', at }, { total: '2', at: new Date(0) })).toEqual(['total', 'at']);
    expect(changedFields(undefined, { total: '2', number: null })).toEqual(['total', 'number']);
  });
});
