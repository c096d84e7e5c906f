/** The shape of a rule's condition, in GrowthBook's MongoDB style: what it asks about, and whether it can be asked at all. */

const OF_MANY: ReadonlySet<string> = new Set(['$and', '$or', '$nor']);

const LISTS: ReadonlySet<string> = new Set(['$in', '$ini', '$nin', '$nini', '$all', '$alli']);
const ORDERS: ReadonlySet<string> = new Set(['$lt', '$lte', '$gt', '$gte']);
const VERSIONS: ReadonlySet<string> = new Set(['$veq', '$vne', '$vlt', '$vlte', '$vgt', '$vgte']);
const PATTERNS: ReadonlySet<string> = new Set(['$regex', '$regexi']);
const LONGEST_PATTERN = 200;

/** Why the condition cannot be evaluated, in words; undefined when it can. */
export function conditionFault(condition: unknown): string | undefined {
  if (!isObject(condition)) return 'A condition is a JSON object.';
  for (const [name, asked] of Object.entries(condition)) {
    if (OF_MANY.has(name)) {
      if (!Array.isArray(asked)) return `${name} takes a list of conditions.`;
      const fault = firstFault(asked, conditionFault);
      if (fault) return fault;
    } else if (name === '$not') {
      const fault = conditionFault(asked);
      if (fault) return fault;
    } else if (name.startsWith('$'))
      return `${name} is not known here: use $and, $or, $nor, $not, or the name of an attribute.`;
    else {
      const fault = attributeFault(asked);
      if (fault) return `Of ${name}: ${fault}`;
    }
  }
  return undefined;
}

/** What the evaluator does not know it takes for false, and under a $not for true: a slip would be on for everybody. */
function attributeFault(asked: unknown): string | undefined {
  if (!isObject(asked)) return undefined;
  const names = Object.keys(asked);
  if (!names.some((name) => name.startsWith('$'))) return undefined;
  const other = names.find((name) => !name.startsWith('$'));
  if (other !== undefined) return `${other} cannot stand beside operators.`;
  return firstFault(Object.entries(asked), ([name, value]) => operatorFault(name, value));
}

function operatorFault(name: string, value: unknown): string | undefined {
  if (LISTS.has(name)) {
    if (!Array.isArray(value)) return `${name} takes a list.`;
    return name.startsWith('$all') ? firstFault(value, attributeFault) : undefined;
  }
  if (ORDERS.has(name) || VERSIONS.has(name))
    return typeof value === 'string' || typeof value === 'number'
      ? undefined
      : `${name} takes a text or a number.`;
  if (PATTERNS.has(name)) return patternFault(name, value);
  switch (name) {
    case '$eq':
    case '$ne':
      return typeof value === 'object' && value !== null
        ? `${name} takes a text, a number, true, false or null.`
        : undefined;
    case '$exists':
      return typeof value === 'boolean' ? undefined : '$exists takes true or false.';
    case '$type':
      return typeof value === 'string' ? undefined : '$type takes the name of a type, for example "string".';
    case '$not':
    case '$size':
      return attributeFault(value);
    case '$elemMatch':
      return isObject(value) && isOfOperators(value) ? attributeFault(value) : conditionFault(value);
    default:
      return `${name} is not known here.`;
  }
}

/** Callers say what patterns are held against, so one must end soon whatever that is: it goes forward only (decision 359). */
function patternFault(name: string, value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_PATTERN)
    return `${name} takes a text of at most ${LONGEST_PATTERN} letters.`;
  if (/[()*+?{]/.test(value.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gs, '')))
    return `${name} takes no group and nothing that repeats, which may never end: letters, classes, ^, $, . and | alone.`;
  try {
    new RegExp(value);
  } catch {
    return `${name} takes a regular expression.`;
  }
  return undefined;
}

/** By the evaluator's own measure. */
function isOfOperators(value: object): boolean {
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => name.startsWith('$'));
}

function firstFault<T>(parts: readonly T[], faultOf: (part: T) => string | undefined): string | undefined {
  for (const part of parts) {
    const fault = faultOf(part);
    if (fault) return fault;
  }
  return undefined;
}

/** The attributes that a condition without a fault asks about; of `a.b`, `a`. */
export function attributesAsked(condition: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const names = Object.entries(condition).flatMap(([name, asked]): string[] => {
    if (OF_MANY.has(name))
      return (asked as Record<string, unknown>[]).flatMap((one) => [...attributesAsked(one)]);
    if (name === '$not') return [...attributesAsked(asked as Record<string, unknown>)];
    return [name.split('.')[0]!];
  });
  return new Set(names);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
