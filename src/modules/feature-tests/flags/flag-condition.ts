/** The shape of a rule's condition, in GrowthBook's MongoDB style: what it asks about, and whether it can be asked at all. */

const OF_MANY: ReadonlySet<string> = new Set(['$and', '$or', '$nor']);

/** Why the condition cannot be evaluated, in words; undefined when it can. */
export function conditionFault(condition: unknown): string | undefined {
  if (!isObject(condition)) return 'A condition is a JSON object.';
  for (const [name, asked] of Object.entries(condition)) {
    if (OF_MANY.has(name)) {
      if (!Array.isArray(asked)) return `${name} takes a list of conditions.`;
      const fault = asked.map(conditionFault).find((one) => one !== undefined);
      if (fault) return fault;
    } else if (name === '$not') {
      const fault = conditionFault(asked);
      if (fault) return fault;
    } else if (name.startsWith('$'))
      return `${name} is not known here: use $and, $or, $nor, $not, or the name of an attribute.`;
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
