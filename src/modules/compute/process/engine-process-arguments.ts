/** What the parent tells its engine process on the command line. */
import type { EngineChoice } from '../../../platform/config';

export interface EngineProcessArguments {
  readonly choice: EngineChoice;
  /** Rungs that must not be tried again, with the reason. */
  readonly known: Readonly<Record<string, string>>;
}
