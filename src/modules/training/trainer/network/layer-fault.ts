/** How a layer that does not fit is told. */
import { type AppError, invalidInput } from '../../../../kernel/errors';

export type FaultPath = readonly string[];

export function fault(path: FaultPath, message: string): AppError {
  return invalidInput(path, message, 'layer');
}
