/**
 * Which tier of the EU AI Act a use of a model falls in, by the questions that decide it. It applies the law's own
 * conditions to what a person answered; it is no legal advice. Source: Regulation (EU) 2024/1689, Articles 5, 6 and 50,
 * Annexes I and III.
 */

/** What Article 5(1) forbids, letter by letter. */
export const PROHIBITED_PRACTICES = {
  MANIPULATION: { article: '5(1)(a)', says: 'manipulates people so that they come to significant harm' },
  EXPLOITATION_OF_VULNERABILITY: {
    article: '5(1)(b)',
    says: 'exploits age, disability or a social or economic situation',
  },
  SOCIAL_SCORING: { article: '5(1)(c)', says: 'scores people by social behaviour, to their detriment' },
  CRIME_PREDICTION_BY_PROFILING: {
    article: '5(1)(d)',
    says: 'predicts crimes of a person by profiling alone',
  },
  FACE_SCRAPING: { article: '5(1)(e)', says: 'builds face databases by untargeted scraping' },
  EMOTION_AT_WORK_OR_SCHOOL: {
    article: '5(1)(f)',
    says: 'infers emotions at work or in education, other than for medicine or safety',
  },
  SENSITIVE_BIOMETRIC_CATEGORISATION: {
    article: '5(1)(g)',
    says: 'infers race, opinions, beliefs, sex life or orientation from biometrics',
  },
  REMOTE_BIOMETRIC_IDENTIFICATION: {
    article: '5(1)(h)',
    says: 'identifies people remotely, in real time, in public places, for law enforcement',
  },
} as const;

/** The areas of Annex III, number by number. */
export const HIGH_RISK_AREAS = {
  BIOMETRICS: { article: 'Annex III, 1', says: 'biometrics' },
  CRITICAL_INFRASTRUCTURE: { article: 'Annex III, 2', says: 'critical infrastructure' },
  EDUCATION: { article: 'Annex III, 3', says: 'education and vocational training' },
  EMPLOYMENT: { article: 'Annex III, 4', says: 'employment, and management of workers' },
  ESSENTIAL_SERVICES: {
    article: 'Annex III, 5',
    says: 'essential private and public services, such as credit, insurance and benefits',
  },
  LAW_ENFORCEMENT: { article: 'Annex III, 6', says: 'law enforcement' },
  MIGRATION: { article: 'Annex III, 7', says: 'migration, asylum and border control' },
  JUSTICE: { article: 'Annex III, 8', says: 'justice and democratic processes' },
} as const;

/** Why a use in such an area may still be no significant risk. */
export const NARROW_ROLES = {
  PROCEDURAL_TASK: { article: '6(3)(a)', says: 'does a narrow procedural task' },
  IMPROVES_HUMAN_WORK: { article: '6(3)(b)', says: 'improves what a person has already done' },
  DETECTS_PATTERNS: {
    article: '6(3)(c)',
    says: 'points at deviations from earlier decisions, and replaces no judgement',
  },
  PREPARATORY_TASK: { article: '6(3)(d)', says: 'only prepares an assessment' },
} as const;

/** What people must be told, whatever else holds. */
export const TRANSPARENCY_DUTIES = {
  TALKS_WITH_PEOPLE: { article: '50(1)', says: 'people who talk with it are told that it is AI' },
  GENERATES_CONTENT: { article: '50(2)', says: 'what it writes or draws is marked as made by AI' },
  RECOGNISES_EMOTION: {
    article: '50(3)',
    says: 'people whose emotions or biometric categories it recognises are told',
  },
  DEEP_FAKE: {
    article: '50(4)',
    says: 'that its pictures, sounds or public texts are artificial is disclosed',
  },
} as const;

export type ProhibitedPracticeName = keyof typeof PROHIBITED_PRACTICES;
export type HighRiskAreaName = keyof typeof HIGH_RISK_AREAS;
export type NarrowRoleName = keyof typeof NARROW_ROLES;
export type TransparencyDutyName = keyof typeof TRANSPARENCY_DUTIES;
export type RiskTierName = 'PROHIBITED' | 'HIGH' | 'TRANSPARENCY' | 'MINIMAL';

export interface RiskAnswers {
  readonly practices: readonly ProhibitedPracticeName[];
  /** It is a safety part of a product, or one itself, that Annex I has judged by a third party. */
  readonly isSafetyComponent: boolean;
  /** Null when it is used in none of the areas of Annex III. */
  readonly area: HighRiskAreaName | null;
  /** It evaluates personal aspects of people: then no narrow role takes it out of Annex III. */
  readonly profilesPeople: boolean;
  readonly narrowRole: NarrowRoleName | null;
  readonly duties: readonly TransparencyDutyName[];
}

export interface RiskReason {
  /** Of Regulation (EU) 2024/1689. */
  readonly article: string;
  readonly says: string;
}

export interface RiskJudgement {
  readonly tier: RiskTierName;
  /** Everything that applies, the gravest first; also why a use in an area of Annex III is spared. */
  readonly reasons: readonly RiskReason[];
}

export function riskTier(answers: RiskAnswers): RiskJudgement {
  const forbidden = [...new Set(answers.practices)].map((name) => PROHIBITED_PRACTICES[name]);
  const { isHigh, reasons: risky } = highRisk(answers);
  const told = [...new Set(answers.duties)].map((name) => TRANSPARENCY_DUTIES[name]);
  const tier =
    forbidden.length > 0 ? 'PROHIBITED' : isHigh ? 'HIGH' : told.length > 0 ? 'TRANSPARENCY' : 'MINIMAL';
  return { tier, reasons: [...forbidden, ...risky, ...told] };
}

function highRisk({ isSafetyComponent, area, profilesPeople, narrowRole }: RiskAnswers): {
  isHigh: boolean;
  reasons: RiskReason[];
} {
  const product = isSafetyComponent
    ? [{ article: '6(1)', says: 'is a safety component of a product that Annex I has assessed' }]
    : [];
  if (area === null) return { isHigh: isSafetyComponent, reasons: product };
  const inArea = { ...HIGH_RISK_AREAS[area], says: `is used in ${HIGH_RISK_AREAS[area].says}` };
  if (profilesPeople) {
    const always = { article: '6(3)', says: 'profiles people, so that no exception applies' };
    return { isHigh: true, reasons: [...product, inArea, always] };
  }
  if (narrowRole === null) return { isHigh: true, reasons: [...product, inArea] };
  const spared = { ...NARROW_ROLES[narrowRole], says: `${NARROW_ROLES[narrowRole].says}: an exception` };
  return { isHigh: isSafetyComponent, reasons: [...product, inArea, spared] };
}
