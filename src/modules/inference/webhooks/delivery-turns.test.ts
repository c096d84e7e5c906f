import { DeliveryTurns, type Turn } from './delivery-turns';

let now = 0;
let turns: DeliveryTurns;
beforeEach(() => {
  now = 0;
  turns = new DeliveryTurns(() => now);
});

const begun = (customerId: string, asked: number): Extract<Turn, { end(): void }>[] =>
  Array.from({ length: asked }, () => turns.take(customerId)).flatMap((turn) =>
    'end' in turn ? [turn] : [],
  );
const told = (customerId: string): number => {
  const turn = turns.take(customerId);
  return 'againInMs' in turn ? turn.againInMs : NaN;
};

test('one customer has so many under way and no more, and another has as many beside', () => {
  expect([begun('a', 100).length, begun('b', 100).length]).toEqual([8, 8]);
});

test('a receiver that is slow gets fewer, as soon as it shows, and as many as before once it is quick again', () => {
  const silent = begun('a', 8);
  now = 6_000;
  silent.slice(0, 6).forEach((turn) => turn.end());
  expect(begun('a', 10)).toHaveLength(0);
  silent[6]!.end();
  const [next] = begun('a', 10);
  next!.end();
  for (let answered = 0; answered < 10; answered += 1) {
    const [quick] = begun('a', 1);
    now += 50;
    quick!.end();
  }
  silent[7]!.end();
  expect(begun('a', 10)).toHaveLength(8);
});

test('who comes beyond is told to come one after the other, at the pace of the receiver, and not too late', () => {
  const underWay = begun('a', 8);
  now = 4_000;
  expect([told('a'), told('a'), told('a')]).toEqual([500, 1_000, 1_500]);
  for (let waiting = 0; waiting < 10_000; waiting += 1) told('a');
  expect(told('a')).toBe(600_000);
  underWay.forEach((turn) => turn.end());
  expect(begun('a', 1)).toHaveLength(1);
});

test('a customer whose deliveries have ended begins as a new one', () => {
  const silent = begun('a', 8);
  now = 15_000;
  silent.forEach((turn) => turn.end());
  expect(begun('a', 10)).toHaveLength(8);
});

test('a customer whose messages were told to wait, and who sends none any more, is forgotten', () => {
  for (let customer = 0; customer < 500; customer += 1) {
    const underWay = begun(`${customer}`, 8);
    now += 4_000;
    told(`${customer}`);
    underWay.forEach((turn) => turn.end());
    now += 1_000_000;
  }
  expect(turns.size).toBeLessThan(3);
});
