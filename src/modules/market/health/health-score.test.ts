import { ChurnRisk, type HealthFacts, healthOf, HealthTermKind, scoreOf } from './health-score';

const WELL: HealthFacts = {
  recentRequests: 100,
  earlierRequests: 80,
  daysSinceUse: 0,
  hasUsed: true,
  feedback: 10,
  badFeedback: 0,
  payment: 'PAID',
  incidents: 0,
};
const valueOf = (facts: HealthFacts, term: HealthTermKind) =>
  healthOf(facts).terms.find((reckoned) => reckoned.term === term)!.value;

describe('the health of a customer', () => {
  it('is whole when all is well, and nothing when nothing is', () => {
    expect(healthOf(WELL)).toMatchObject({ score: 100, risk: ChurnRisk.LOW });
    const ill = {
      recentRequests: 0,
      daysSinceUse: 90,
      badFeedback: 10,
      payment: 'UNPAID',
      incidents: 7,
    } as const;
    expect(healthOf({ ...WELL, ...ill })).toMatchObject({ score: 0, risk: ChurnRisk.HIGH });
  });

  it('is the weighted mean that its terms show', () => {
    const health = healthOf({
      ...WELL,
      recentRequests: 40,
      daysSinceUse: 15,
      badFeedback: 5,
      payment: 'LATE',
      incidents: 1,
    });
    expect(health.terms.map(({ term, value, weight }) => [term, value, weight])).toEqual([
      ['USAGE_TREND', 0.5, 0.3],
      ['RECENCY', 0.5, 0.2],
      ['FEEDBACK', 0.5, 0.2],
      ['PAYMENT', 0.5, 0.2],
      ['INCIDENTS', 1 - 1 / 3, 0.1],
    ]);
    // 0.9 × 0.5 + 0.1 × 2/3
    expect(health.score).toBe(51.67);
    expect(health.risk).toBe(ChurnRisk.MEDIUM);
    expect(health.score).toBe(scoreOf(health.terms));
  });

  it('leaves out what is not known', () => {
    const silent = { ...WELL, feedback: 0, badFeedback: 0 };
    expect(valueOf(silent, HealthTermKind.FEEDBACK)).toBeNull();
    expect(healthOf(silent).score).toBe(100);
    expect(healthOf({ ...silent, payment: 'UNPAID' }).score).toBe(75);
    expect(healthOf({ ...WELL, payment: 'UNPAID' }).score).toBe(80);
  });

  it('knows no trend of who never used it, and a good one of who just began', () => {
    const never = { ...WELL, recentRequests: 0, earlierRequests: 0 };
    expect(valueOf(never, HealthTermKind.USAGE_TREND)).toBeNull();
    expect(valueOf({ ...never, recentRequests: 1 }, HealthTermKind.USAGE_TREND)).toBe(1);
    const basisOf = (facts: HealthFacts) => healthOf(facts).terms[1]!.basis;
    expect(basisOf({ ...never, daysSinceUse: 3, hasUsed: false })).toBe(
      '3 days since the sign-up, without any request',
    );
    expect(basisOf({ ...never, daysSinceUse: 70 })).toBe('70 days since the last request');
  });

  it.each([
    [70, ChurnRisk.LOW],
    [69.99, ChurnRisk.MEDIUM],
    [40, ChurnRisk.MEDIUM],
    [39.99, ChurnRisk.HIGH],
  ])('of %d is of risk %s', (score, risk) => {
    // All terms are well but for the trend and recency, which carry half of the weight.
    const missing = (100 - score) / 100;
    const facts = { ...WELL, earlierRequests: 1_000_000, recentRequests: 1_000_000, feedback: 1_000_000 };
    const trend = Math.min(1, missing / 0.3);
    const recency = Math.min(1, Math.max(0, (missing - 0.3) / 0.2));
    const bad = Math.min(1, Math.max(0, (missing - 0.5) / 0.2));
    const health = healthOf({
      ...facts,
      recentRequests: Math.round(1_000_000 * (1 - trend)),
      daysSinceUse: 30 * recency,
      badFeedback: Math.round(1_000_000 * bad),
    });
    expect(health).toMatchObject({ score, risk });
  });
});
