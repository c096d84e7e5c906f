/**
 * Which of several engine processes runs a batch: the least busy one that has the version; when none has it, the least
 * busy one loads it. A version that is wanted while its processes are busy is copied to an idle one. Pure.
 */
export interface ProcessState {
  /** It runs; one that is being restarted is asked last. */
  readonly up: boolean;
  /** The version is loaded there. */
  readonly has: boolean;
  readonly inFlight: number;
}

interface ProcessChoice {
  readonly run: number;
  /** Loads the version beside, for the next batch. */
  readonly copyTo?: number;
}

/** @param processes at least one. */
export function chooseProcess(processes: readonly ProcessState[]): ProcessChoice {
  const numbered = processes.map((state, index) => ({ ...state, index }));
  const up = numbered.filter((state) => state.up);
  const having = up.filter((state) => state.has);
  const candidates = [having, up, numbered].find((some) => some.length > 0) ?? [];
  const [best] = candidates.sort((one, other) => one.inFlight - other.inFlight);
  if (!best) throw new Error('There is no engine process to choose from.');
  const idle =
    best.has && best.inFlight > 0 ? up.find((state) => !state.has && state.inFlight === 0) : undefined;
  return { run: best.index, ...(idle && { copyTo: idle.index }) };
}
