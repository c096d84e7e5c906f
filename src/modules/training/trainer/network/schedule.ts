/** How the learning rate changes with the epochs. */
export type ScheduleKind = 'CONSTANT' | 'STEP' | 'EXPONENTIAL' | 'COSINE';

export interface Schedule {
  readonly kind: ScheduleKind;
  /** STEP: every so many epochs the rate is multiplied by `factor`. EXPONENTIAL: each epoch. */
  readonly factor: number;
  readonly everyEpochs: number;
  /** So many epochs at the beginning the rate rises in equal steps. */
  readonly warmUpEpochs: number;
}

export const CONSTANT: Schedule = { kind: 'CONSTANT', factor: 0.5, everyEpochs: 10, warmUpEpochs: 0 };

/** @param epoch from 1. @param epochs how many there are at most. */
export function learningRateAt(
  { kind, factor, everyEpochs, warmUpEpochs }: Schedule,
  base: number,
  epoch: number,
  epochs: number,
): number {
  if (epoch <= warmUpEpochs) return (base * epoch) / (warmUpEpochs + 1);
  const after = epoch - 1 - warmUpEpochs;
  switch (kind) {
    case 'CONSTANT':
      return base;
    case 'STEP':
      return base * factor ** Math.floor(after / everyEpochs);
    case 'EXPONENTIAL':
      return base * factor ** after;
    case 'COSINE':
      return (base / 2) * (1 + Math.cos((Math.PI * after) / Math.max(1, epochs - warmUpEpochs)));
  }
}
