import { amountDue, endingBalance } from './minimum-charge';

test.each([
  ['what can be charged is due, and settles a debt', 1000, 300, 'usd', 1300, 0],
  ['credit pays first', 1000, -300, 'usd', 700, 0],
  ['credit that is left stays', 1000, -1300, 'usd', 0, -300],
  ['what an invoice gives back becomes credit', -500, 0, 'usd', 0, -500],
  ['the least that can be charged is charged', 50, 0, 'usd', 50, 0],
  ['less than that waits for the next invoice', 49, 0, 'usd', 0, 49],
  ['and is due with it', 30, 49, 'usd', 79, 0],
  ['what credit leaves may be too small as well', 1000, -980, 'usd', 0, 20],
  ['each currency has its own least', 299, 0, 'sek', 0, 299],
  ['a currency without one charges anything', 1, 0, 'isk', 1, 0],
])('%s', (_, total, balance, currency, due, after) => {
  const owed = { total, balance, currency };
  expect([amountDue(owed), endingBalance(owed)]).toEqual([due, after]);
});
