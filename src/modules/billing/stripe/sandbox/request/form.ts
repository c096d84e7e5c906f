/**
 * Bodies and queries as Stripe reads them: URL-encoded, with brackets for what is nested: `items[0][price]=p`,
 * `expand[]=customer`, `metadata[plan]=pro`.
 */
export interface Form {
  [key: string]: FormValue;
}
type FormValue = string | Form;

const KEY = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** Lists are forms whose keys are 0, 1, 2 …; `[]` takes the next free number. A malformed key is kept as it stands. */
export function decodeForm(encoded: string): Form {
  const form: Form = emptyForm();
  for (const [key, value] of new URLSearchParams(encoded)) {
    const match = KEY.exec(key);
    const path = match
      ? [match[1]!, ...[...match[2]!.matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1]!)]
      : [key];
    put(form, path, value);
  }
  return form;
}

function put(form: Form, path: readonly string[], value: string): void {
  let place = form;
  for (const part of path.slice(0, -1)) {
    const key = nameIn(place, part);
    const next = place[key];
    if (typeof next === 'object') place = next;
    else place = place[key] = emptyForm();
  }
  place[nameIn(place, path.at(-1)!)] = value;
}

function nameIn(form: Form, part: string): string {
  return part === '' ? String(Object.keys(form).length) : part;
}

/** Without a prototype, so that no key of a stranger can mean more than itself. */
function emptyForm(): Form {
  return Object.create(null) as Form;
}
