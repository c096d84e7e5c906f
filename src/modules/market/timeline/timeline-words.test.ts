import { OF_CUSTOMER, OF_SERVED } from './timeline-events';
import { wordsOf } from './timeline-words';

describe('an entry of a timeline', () => {
  it.each([...Object.keys(OF_CUSTOMER), ...Object.keys(OF_SERVED)])(
    'has words for %s, whatever its event leaves out',
    (type) => {
      expect(wordsOf({ type, count: 1, data: { currency: 'USD' } })).toMatch(/^[A-Z][^{}]+$/);
    },
  );

  it.each([
    [
      'subscription.started',
      { planCode: 'PRO', monthlyMinor: '4900', currency: 'USD' },
      'Began PRO at 49.00 USD a month',
    ],
    [
      'subscription.changed',
      { planCode: 'SCALE', previousPlanCode: 'PRO', monthlyMinor: '49900', currency: 'USD' },
      'Changed from PRO to SCALE at 499.00 USD a month',
    ],
    [
      'subscription.changed',
      { planCode: 'PRO', previousPlanCode: 'PRO', monthlyMinor: '9800', currency: 'USD' },
      'Changed PRO at 98.00 USD a month',
    ],
    ['subscription.started', { planCode: 'FREE', monthlyMinor: '0', currency: 'USD' }, 'Began FREE'],
    ['invoice.paid', { totalMinor: '500', currency: 'JPY' }, 'Paid 500 JPY'],
    ['usage.alerted', { subject: 'SPEND', percent: 80 }, 'Reached 80 % of its spend cap'],
    ['usage.milestone', { requests: '1' }, 'First answered request'],
    ['usage.milestone', { requests: '10000000' }, '10 000 000 requests answered'],
    ['contact.noted', { channel: 'CALL' }, 'Contact by telephone'],
  ])('says in plain words what %s was', (type, data, words) => {
    expect(wordsOf({ type, data, count: 1 })).toBe(words);
  });

  it('counts what people said, and how much of it was bad', () => {
    const said = { type: 'feedback.submitted', data: { bad: 0 } };
    expect(wordsOf({ ...said, count: 1 })).toBe('1 piece of feedback');
    expect(wordsOf({ ...said, count: 1200, data: { bad: 3 } })).toBe('1 200 pieces of feedback, 3 bad');
  });

  it('is not made of an event that is on no timeline', () => {
    expect(() => wordsOf({ type: 'session.started', data: {}, count: 1 })).toThrow(RangeError);
  });
});
