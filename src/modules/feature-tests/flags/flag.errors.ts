/** Expected failures of flags, in the words of whoever changes them. */
import { type AppError, conflict, invalidInput } from '../../../kernel/errors';

const ID = ['input', 'id'];

export function wrongRequiredValue(path: readonly string[], key: string, type: string): AppError {
  return invalidInput(
    path,
    `The value must be of the type of ${key}, ${type}: it could never be met.`,
    'type',
  );
}

export function unrequirableValue(path: readonly string[]): AppError {
  const message =
    'An object of which every key begins with $ cannot be required: clients would take it for a condition.';
  return invalidInput(path, message, 'condition');
}

export function unknownRequired(path: readonly string[]): AppError {
  return invalidInput(path, 'No flag has this id, or it is archived: require another one.', 'known');
}

export function requiredTwice(path: readonly string[], key: string): AppError {
  return invalidInput(path, `${key} is required already: it can give one value only.`, 'unique');
}

export function requiredInCircle(path: readonly string[], keys: readonly string[]): AppError {
  const message = `Flags would require each other in a circle: ${keys.join(' → ')}. Leave one of these out.`;
  return invalidInput(path, message, 'circle');
}

export function chainTooLong(path: readonly string[], keys: readonly string[], most: number): AppError {
  const message = `At most ${most} flags may require one another in a chain; this one would have ${keys.length}: ${keys.join(' → ')}.`;
  return invalidInput(path, message, 'depth');
}

export function requiredInSecret(path: readonly string[], key: string): AppError {
  const message = `Not everybody who may know of this flag may know of ${key}: its test is only planned, or is about the private deployment of a customer.`;
  return invalidInput(path, message, 'visible');
}

export function requiredAsksMore(path: readonly string[], key: string, names: readonly string[]): AppError {
  const message = `A test depends on this, and a prediction knows nothing of ${names.join(', ')}, of which ${key} asks.`;
  return invalidInput(path, message, 'attribute');
}

export function schemaOfOtherType(path: readonly string[], type: string): AppError {
  return invalidInput(path, `Only a JSON flag has a schema; this one is of type ${type}.`, 'absent');
}

export function staysAndGoes(): AppError {
  const message = 'A flag that is meant to stay is not marked to be removed: take one of the two back.';
  return invalidInput(['input', 'permanent'], message, 'absent');
}

export function stillRequired(id: string, keys: readonly string[]): AppError {
  return conflict(`It is required by ${keys.join(', ')}. Take it out of their prerequisites first.`, ID, id);
}

export function stillTested(id: string, key: string): AppError {
  return conflict(`The test ${key} stands behind it. Decide that one first.`, ID, id);
}

export function isArchived(id: string, path: readonly string[] = ID): AppError {
  return conflict('The flag is archived. Restore it first.', path, id);
}

export function notArchived(id: string): AppError {
  return conflict('The flag is not archived.', ID, id);
}

export function tooManyPending(id: string, most: number): AppError {
  const message = `${most} changes of this flag wait for review. Decide or withdraw one of them first.`;
  return conflict(message, ID, id);
}

export function notPending(id: string, state: string): AppError {
  return conflict(`The change must be PENDING; it is ${state}.`, ID, id);
}

export function ownChange(): AppError {
  return invalidInput(
    ID,
    'You asked for this change: somebody else of the staff must decide it.',
    'four-eyes',
  );
}

export function notOwnChange(): AppError {
  return invalidInput(ID, 'Only who asked for a change takes it back. Reject it instead.', 'author');
}
