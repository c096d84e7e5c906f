import { MemoryBudget } from './memory-budget';

/** A budget of 100 bytes with these versions in it, nobody in them. */
function holding(versions: Record<string, { bytes: number; reloadMs: number }>): MemoryBudget {
  const budget = new MemoryBudget(100);
  for (const [id, { bytes, reloadMs }] of Object.entries(versions)) {
    expect(budget.reserve(id, bytes)).toEqual({ kind: 'READY', leave: [] });
    budget.learned(id, reloadMs);
    budget.unpin(id);
  }
  return budget;
}

test('of equals, the one that was not used for longest leaves', () => {
  const equal = { bytes: 50, reloadMs: 10 };
  const budget = holding({ a: equal, b: equal });
  budget.pin('a');
  budget.unpin('a');
  expect(budget.reserve('c', 50)).toEqual({ kind: 'READY', leave: ['b'] });
});

test('what is dear to load again stays longer than what is cheap', () => {
  const budget = holding({ dear: { bytes: 50, reloadMs: 5_000 }, cheap: { bytes: 50, reloadMs: 5 } });
  budget.pin('cheap');
  budget.unpin('cheap');
  expect(budget.reserve('c', 10)).toEqual({ kind: 'READY', leave: ['cheap'] });
});

test('but not for ever: what nobody uses ages while others come and go', () => {
  const budget = holding({ dear: { bytes: 50, reloadMs: 100 } });
  const left: string[] = [];
  for (let round = 0; round < 20 && !left.includes('dear'); round++) {
    const room = budget.reserve(`v${round}`, 50);
    if (room.kind === 'READY') left.push(...room.leave);
    budget.learned(`v${round}`, 20);
    budget.unpin(`v${round}`);
  }
  expect(left).toContain('dear');
  expect(left.length).toBeGreaterThan(3);
});

test('what is in use never leaves; who needs its room waits', () => {
  const budget = holding({ a: { bytes: 60, reloadMs: 1 }, b: { bytes: 40, reloadMs: 1 } });
  budget.pin('a');
  expect(budget.reserve('c', 50)).toEqual({ kind: 'IN_USE' });
  expect(budget.usedBytes).toBe(100);
  budget.unpin('a');
  expect(budget.reserve('c', 70)).toEqual({ kind: 'READY', leave: ['b', 'a'] });
  expect(budget.usedBytes).toBe(70);
});

test('a version larger than the whole budget never gets room, and nobody leaves for it', () => {
  const budget = holding({ a: { bytes: 60, reloadMs: 1 } });
  expect(budget.reserve('c', 101)).toEqual({ kind: 'TOO_LARGE' });
  expect(budget.pin('a')).toBe(true);
});

test('a version that is loaded anew is counted once, and one that left is not there to be used', () => {
  const budget = holding({ a: { bytes: 60, reloadMs: 1 } });
  expect(budget.reserve('a', 80)).toEqual({ kind: 'READY', leave: [] });
  expect(budget.usedBytes).toBe(80);
  budget.remove('a');
  expect([budget.usedBytes, budget.pin('a')]).toEqual([0, false]);
});
