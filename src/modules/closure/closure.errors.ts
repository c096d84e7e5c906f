/** Why an account is not closed, or not opened again, and what to do. */
import { type AppError, conflict, invalidInput } from '../../kernel/errors';

export function anotherName(name: string): AppError {
  return invalidInput(['input', 'name'], `This account is called "${name}". Write it just so.`, 'name');
}

export function erasureBegan(): AppError {
  return conflict('The deletion of this account’s data has begun: there is no way back. Sign up anew.', [
    'input',
    'customerId',
  ]);
}
