import { foldMentions, type Mention } from './mention-folding';

const mention = (feedbackId: string, more: Partial<Mention> = {}): Mention => ({
  competitorId: 'cmp_1',
  feedbackId,
  customerId: 'cus_1',
  isNow: true,
  segment: 'retail',
  monthlyMinor: 4900n,
  ...more,
});
const leaning = (feedbackId: string, giver: string, score = -0.5) => ({ feedbackId, giver, score });

describe('who speaks of competitors', () => {
  it('is counted by segment, each customer’s revenue once, and grows against the period before', () => {
    const [only, ...others] = foldMentions(
      [
        mention('fbk_1'),
        mention('fbk_2'),
        mention('fbk_3', { customerId: 'cus_2', segment: null, monthlyMinor: 100n }),
        mention('fbk_4', { isNow: false }),
        mention('fbk_5', { isNow: false, customerId: 'cus_3' }),
      ],
      [],
    );
    expect(others).toEqual([]);
    expect(only!.total).toEqual({
      feedback: 3,
      customers: 2,
      monthlyMinor: 5000n,
      sentiment: null,
      feedbackBefore: 2,
      growth: 0.5,
    });
    expect(only!.segments.map(({ segment, sums }) => [segment, sums.feedback, sums.monthlyMinor])).toEqual([
      ['retail', 2, 4900n],
      [null, 1, 100n],
    ]);
  });

  it('lean one way only when five people do, however much they say', () => {
    const many = ['1', '2', '3', '4', '5', '6'].map((n) => mention(n));
    const lean = (givers: string[]) =>
      foldMentions(
        many,
        givers.map((giver, at) => leaning(String(at + 1), giver)),
      )[0]!.total.sentiment;
    expect(lean(['a', 'a', 'a', 'b', 'c', 'd'])).toBeNull();
    expect(lean(['a', 'a', 'b', 'c', 'd', 'e'])).toBe(-0.5);
  });

  it('come with the most spoken of first', () => {
    const folded = foldMentions(
      [
        mention('1', { competitorId: 'cmp_2' }),
        mention('1'),
        mention('2'),
        mention('3', { competitorId: 'cmp_0' }),
      ],
      [],
    );
    expect(folded.map(({ competitorId }) => competitorId)).toEqual(['cmp_1', 'cmp_0', 'cmp_2']);
  });
});
