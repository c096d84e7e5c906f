/** A page of a list that is part of another object: in its own order, from the beginning or after one of its entries. */
import type { Parameters } from '../request/parameters';
import { badParameter } from '../request/refusal';
import type { WireList } from './wire';

const PAGE = 10;
const LARGEST_PAGE = 100;

/** How many entries a page is to have. @throws Refusal when they are none, or too many. */
export function pageSizeIn(parameters: Parameters): number {
  const limit = parameters.count('limit', 1) ?? PAGE;
  if (limit > LARGEST_PAGE)
    throw badParameter(
      'limit',
      `This value must be less than or equal to ${LARGEST_PAGE} (it currently is '${limit}').`,
      'parameter_invalid_integer',
    );
  return limit;
}

/** @throws Refusal for an entry that is not in the list. */
export function pageOf<T extends { readonly id: string }>(
  list: WireList<T>,
  parameters: Parameters,
): WireList<T> {
  const limit = pageSizeIn(parameters);
  const after = parameters.text('starting_after');
  const place = after === undefined ? -1 : list.data.findIndex(({ id }) => id === after);
  if (after !== undefined && place < 0)
    throw badParameter('starting_after', `No such entry: '${after}'`, 'resource_missing');
  const data = list.data.slice(place + 1, place + 1 + limit);
  return { ...list, data, has_more: place + 1 + limit < list.data.length };
}
