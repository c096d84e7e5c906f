/**
 * Which groups of people a deployment is watched for, and to which of them a person belongs. The groups are named beforehand: what
 * is told beside them is nobody's group, so that no free text is counted by, and how many are compared is known before the first look.
 */

export interface MonitoredAttribute {
  /** As told by or for people, or the name of an input of the model. */
  readonly name: string;
  /** Of an attribute with cuts, its ranges. */
  readonly groups: readonly string[];
  /** Ascending; a number belongs to the range between two of them. Empty where the value itself is the group. */
  readonly cuts: readonly number[];
}

/** The groups that are compared with each other: those of an attribute, or of all attributes together. */
export interface Comparison {
  readonly attribute: string;
  /** How many groups there can be. */
  readonly groups: number;
  /** More than one of an intersection. */
  readonly parts: readonly string[];
}

export interface Cell {
  readonly attribute: string;
  readonly group: string;
}

/** Between the parts of an intersection, as in an evaluation. */
export const CROSS = ' × ';

/** Half-open ranges, named as training names them. */
export function rangesOf(cuts: readonly number[]): string[] {
  return [
    `below ${cuts[0]}`,
    ...cuts.slice(1).map((cut, at) => `${cuts[at]} to below ${cut}`),
    `${cuts.at(-1)} and above`,
  ];
}

/** Undefined for what belongs to none of them. */
export function groupOf({ groups, cuts }: MonitoredAttribute, value: unknown): string | undefined {
  if (cuts.length > 0) {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
    return groups[cuts.filter((cut) => number >= cut).length];
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const name = String(value).trim();
  return groups.includes(name) ? name : undefined;
}

/** Each attribute by itself and, of several, all of them crossed: as a version is evaluated before it is deployed. */
export function comparisonsOf(attributes: readonly MonitoredAttribute[]): Comparison[] {
  const single = attributes.map(({ name, groups }) => ({
    attribute: name,
    groups: groups.length,
    parts: [name],
  }));
  if (single.length < 2) return single;
  const parts = attributes.map(({ name }) => name);
  const groups = attributes.reduce((product, one) => product * one.groups.length, 1);
  return [...single, { attribute: parts.join(CROSS), groups, parts }];
}

/** The groups of a person who belongs to these, by attribute. Who is in no group of some attribute is in no intersection. */
export function cellsOf(
  attributes: readonly MonitoredAttribute[],
  known: ReadonlyMap<string, string>,
): Cell[] {
  return comparisonsOf(attributes).flatMap(({ attribute, parts }) => {
    const groups = parts.map((part) => known.get(part));
    return groups.every((group) => group !== undefined) ? [{ attribute, group: groups.join(CROSS) }] : [];
  });
}
