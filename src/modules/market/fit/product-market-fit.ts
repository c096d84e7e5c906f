/**
 * Product–market fit of what people answered: the share of those who would be very disappointed without the product, by group, with the
 * interval that its few answers allow. Pure.
 */
import { wilsonInterval } from '../../../kernel/statistics';
import type { SurveyOfCustomer } from '../../feedback';

/** By Sean Ellis, who compared some hundred start-ups and calls it a bit arbitrary himself: a convention, and no law. */
export const BENCHMARK = 0.4;
const LEVEL = 0.95;

export enum FitStanding {
  ABOVE = 'ABOVE',
  BELOW = 'BELOW',
  UNDECIDED = 'UNDECIDED',
}

export interface FitFigures {
  readonly answers: number;
  readonly veryDisappointed: number;
  readonly somewhatDisappointed: number;
  readonly notDisappointed: number;
  readonly share: number | null;
  readonly interval: number[] | null;
  readonly standing: FitStanding;
  readonly asked: number;
  readonly responded: number;
  readonly responseRate: number | null;
}

/** The figures of some customers together. */
export function fitOf(parts: readonly SurveyOfCustomer[]): FitFigures {
  const sum = (what: Exclude<keyof SurveyOfCustomer, 'customerId'>): number =>
    parts.reduce((total, part) => total + part[what], 0);
  const [very, somewhat, not, asked, responded] = [
    sum('very'),
    sum('somewhat'),
    sum('not'),
    sum('asked'),
    sum('responded'),
  ];
  const answers = very + somewhat + not;
  const interval = answers === 0 ? null : wilsonInterval(very, answers, LEVEL);
  return {
    answers,
    veryDisappointed: very,
    somewhatDisappointed: somewhat,
    notDisappointed: not,
    share: answers === 0 ? null : very / answers,
    interval: interval && [...interval],
    standing: standingOf(interval),
    asked,
    responded,
    responseRate: asked === 0 ? null : responded / asked,
  };
}

/** Those with most answers first; null for those of no group. */
export function fitBy(
  parts: readonly SurveyOfCustomer[],
  groupOf: (customerId: string) => string | null,
): { group: string | null; figures: FitFigures }[] {
  const groups = new Map<string | null, SurveyOfCustomer[]>();
  for (const part of parts) {
    const group = groupOf(part.customerId);
    const own = groups.get(group);
    if (own) own.push(part);
    else groups.set(group, [part]);
  }
  return [...groups]
    .map(([group, own]) => ({ group, figures: fitOf(own) }))
    .sort((a, b) => b.figures.answers - a.figures.answers || ((a.group ?? '~') < (b.group ?? '~') ? -1 : 1));
}

function standingOf(interval: readonly [number, number] | null): FitStanding {
  if (interval && interval[0] > BENCHMARK) return FitStanding.ABOVE;
  if (interval && interval[1] < BENCHMARK) return FitStanding.BELOW;
  return FitStanding.UNDECIDED;
}
