import { type RiskAnswers, riskTier } from './risk-tier';

const NONE: RiskAnswers = {
  practices: [],
  isSafetyComponent: false,
  area: null,
  profilesPeople: false,
  narrowRole: null,
  duties: [],
};

const articles = (answers: Partial<RiskAnswers>): string[] => {
  const { tier, reasons } = riskTier({ ...NONE, ...answers });
  return [tier, ...reasons.map(({ article }) => article)];
};

describe('the risk tier of a use', () => {
  test('is minimal where nothing applies', () => {
    expect(riskTier(NONE)).toEqual({ tier: 'MINIMAL', reasons: [] });
  });

  test('is prohibited by any practice of Article 5, whatever else is answered', () => {
    expect(
      articles({ practices: ['SOCIAL_SCORING', 'SOCIAL_SCORING'], narrowRole: 'PROCEDURAL_TASK' }),
    ).toEqual(['PROHIBITED', '5(1)(c)']);
    expect(articles({ practices: ['FACE_SCRAPING'], area: 'BIOMETRICS' })).toEqual([
      'PROHIBITED',
      '5(1)(e)',
      'Annex III, 1',
    ]);
  });

  test('is high in an area of Annex III', () => {
    expect(articles({ area: 'ESSENTIAL_SERVICES' })).toEqual(['HIGH', 'Annex III, 5']);
  });

  test('is not high in such an area where a narrow role excepts it, and the exception is told', () => {
    expect(articles({ area: 'EMPLOYMENT', narrowRole: 'PREPARATORY_TASK' })).toEqual([
      'MINIMAL',
      'Annex III, 4',
      '6(3)(d)',
    ]);
    expect(
      articles({ area: 'EMPLOYMENT', narrowRole: 'PREPARATORY_TASK', duties: ['TALKS_WITH_PEOPLE'] })[0],
    ).toBe('TRANSPARENCY');
  });

  test('is always high where people are profiled, narrow role or not', () => {
    expect(articles({ area: 'EMPLOYMENT', narrowRole: 'PREPARATORY_TASK', profilesPeople: true })).toEqual([
      'HIGH',
      'Annex III, 4',
      '6(3)',
    ]);
  });

  test('is high for a safety component, and no narrow role spares that', () => {
    expect(articles({ isSafetyComponent: true })).toEqual(['HIGH', '6(1)']);
    expect(articles({ isSafetyComponent: true, area: 'JUSTICE', narrowRole: 'DETECTS_PATTERNS' })[0]).toBe(
      'HIGH',
    );
  });

  test('keeps the duties to tell people beside a high tier', () => {
    expect(articles({ area: 'JUSTICE', duties: ['GENERATES_CONTENT'] })).toEqual([
      'HIGH',
      'Annex III, 8',
      '50(2)',
    ]);
  });

  test('does not take profiling alone, outside the areas, for a high risk', () => {
    expect(articles({ profilesPeople: true })).toEqual(['MINIMAL']);
  });
});
