/** What goes wrong before a job begins, in words that say what to do next. */
import { type AppError, invalidInput } from '../../kernel/errors';

export function unknownColumn(name: string, known: readonly string[]): AppError {
  const message = `The data has no column ${name}. Its columns are: ${known.join(', ')}.`;
  return invalidInput(['input', 'recipe', 'excludedColumns'], message, 'column');
}
