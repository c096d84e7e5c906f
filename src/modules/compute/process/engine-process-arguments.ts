/** What the parent tells its engine process on the command line. */
import type { EngineChoice } from '../../../platform/config';
import type { EngineKind } from '../engine';

export interface EngineProcessArguments {
  readonly choice: EngineChoice;
  /** Rungs of this family alone: a version in its format has no other way to run, whatever the configuration forces. */
  readonly kind?: EngineKind;
  /** Rungs that must not be tried again, with the reason. */
  readonly known: Readonly<Record<string, string>>;
}
