/**
 * Several processes share each batch (synchronous data-parallel training): every one takes the gradient of its part, the
 * parts are added up in their order, one step is taken for all. Parts hang on the size of the team alone, never on who
 * worked on them, so that a helper that is slow or gone changes the time and not the weights: the leader does its part.
 */
import type { BatchGradient, BatchPart, GradientSource } from '../network/gradient';
import type { Weights } from '../network/network';

/** One helper, wherever it runs. */
export interface HelperLink {
  /** Answers nothing; what comes back is told to the listener. */
  ask(turn: number, weights: Weights, part: BatchPart): void;
  close(): void;
}

export interface HelperListener {
  onReady(): void;
  onGradient(turn: number, gradient: BatchGradient): void;
  onGone(): void;
}

export type OpenHelper = (listener: HelperListener) => HelperLink;

export interface TeamSettings {
  /** With the leader. */
  readonly size: number;
  readonly own: (weights: Weights, part: BatchPart) => BatchGradient;
  readonly open: OpenHelper;
  /** How long a helper may take, as a multiple of what the leader's own part took. */
  readonly patience?: number;
  /** How long one may take to be ready. */
  readonly readyWithinMs?: number;
}

/** Many times what it takes to start a process and to read a million rows beside others that do. */
const READY_WITHIN_MS = 120_000;
const PATIENCE = 4;
/** What sending takes, whatever the part. */
const LEAST_PATIENCE_MS = 100;
/** A place whose helpers keep dying, or are never ready, is the leader's from then on. */
const MOST_HELPERS = 3;

export class Team {
  private readonly places: Place[];
  private turn = 0;
  private closed = false;

  constructor(private readonly settings: TeamSettings) {
    const { size, open, readyWithinMs = READY_WITHIN_MS } = settings;
    this.places = Array.from({ length: size - 1 }, () => new Place(() => !this.closed, open, readyWithinMs));
  }

  /** Resolves when every first helper is ready or has failed to be: one that says nothing has, when its time is up. */
  async ready(): Promise<void> {
    await Promise.all(this.places.map((place) => place.settled));
  }

  readonly gradient: GradientSource = async (weights, batch) => {
    const turn = ++this.turn;
    const parts = cut(batch, this.settings.size);
    const asked = parts
      .slice(1)
      .map((part, index) =>
        part.rows.length > 0 ? this.places[index]!.ask(turn, weights, part) : undefined,
      );
    const begun = performance.now();
    const gradients = [this.settings.own(weights, parts[0]!)];
    const patienceMs = LEAST_PATIENCE_MS + (performance.now() - begun) * (this.settings.patience ?? PATIENCE);
    for (const [index, part] of parts.slice(1).entries()) {
      if (part.rows.length === 0) continue;
      const answer = await within(asked[index], patienceMs);
      gradients.push(answer ?? this.settings.own(weights, part));
    }
    return addedUp(gradients);
  };

  close(): void {
    this.closed = true;
    for (const place of this.places) place.close();
  }
}

/** One place in the team, filled by one helper after the other. */
class Place {
  readonly settled: Promise<void>;
  private link: HelperLink | undefined;
  private isReady = false;
  private opened = 0;
  private waiting: { readonly turn: number; answer(gradient?: BatchGradient): void } | undefined;
  private settle!: () => void;
  private late: NodeJS.Timeout | undefined;

  constructor(
    private readonly isOpen: () => boolean,
    private readonly openHelper: OpenHelper,
    private readonly readyWithinMs: number,
  ) {
    this.settled = new Promise((resolve) => (this.settle = resolve));
    this.open();
  }

  /** Undefined when nobody is free here: then the leader does it. */
  ask(turn: number, weights: Weights, part: BatchPart): Promise<BatchGradient | undefined> | undefined {
    // Whoever still owes an older answer is a straggler, and is not given more.
    if (!this.isReady || this.waiting) return undefined;
    return new Promise((resolve) => {
      this.waiting = { turn, answer: resolve };
      this.link!.ask(turn, weights, part);
    });
  }

  close(): void {
    this.link?.close();
    this.gone();
  }

  private open(): void {
    this.opened++;
    const link = this.openHelper({
      onReady: () => {
        clearTimeout(this.late);
        this.isReady = true;
        this.settle();
      },
      onGradient: (turn, gradient) => {
        if (this.waiting?.turn !== turn) return;
        const { answer } = this.waiting;
        this.waiting = undefined;
        answer(gradient);
      },
      onGone: () => this.replace(),
    });
    this.link = link;
    this.late = setTimeout(() => {
      link.close();
      this.replace();
    }, this.readyWithinMs);
  }

  private replace(): void {
    this.gone();
    if (this.isOpen() && this.opened < MOST_HELPERS) this.open();
  }

  private gone(): void {
    clearTimeout(this.late);
    this.isReady = false;
    this.settle();
    this.waiting?.answer(undefined);
    this.waiting = undefined;
  }
}

/** The rows of a batch, one part after the other, of about the same size. */
function cut(batch: Omit<BatchPart, 'from'>, size: number): BatchPart[] {
  const each = Math.ceil(batch.rows.length / size);
  return Array.from({ length: size }, (_, index) => {
    const from = Math.min(batch.rows.length, index * each);
    return { ...batch, from, rows: batch.rows.slice(from, from + each) };
  });
}

function addedUp([first, ...others]: readonly BatchGradient[]): BatchGradient {
  const gradients = first!.gradients.map((values) => values.slice());
  let { sum, weight, correct } = first!;
  for (const other of others) {
    other.gradients.forEach((values, index) => {
      const into = gradients[index]!;
      for (let i = 0; i < into.length; i++) into[i]! += values[i]!;
    });
    sum += other.sum;
    weight += other.weight;
    correct += other.correct;
  }
  return { gradients, sum, weight, correct };
}

async function within<T>(answer: Promise<T | undefined> | undefined, ms: number): Promise<T | undefined> {
  if (!answer) return undefined;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([answer, patience]);
  } finally {
    clearTimeout(timer);
  }
}
