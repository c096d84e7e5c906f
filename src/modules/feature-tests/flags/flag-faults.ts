/** What cannot be a flag: pure, every fault at once, each at its path. It needs to know the other flags, because flags require each other. */
import { type AppError, invalidInput } from '../../../kernel/errors';
import { FeatureTestState } from '../experiments/feature-test.entity';
import { unknownToPredictions, wrongValue } from '../feature-tests.errors';
import type { FeatureFlag, FlagRule } from './feature-flag.entity';
import {
  chainTooLong,
  requiredAsksMore,
  requiredInCircle,
  requiredInSecret,
  requiredTwice,
  schemaOfOtherType,
  staysAndGoes,
  stillRequired,
  stillTested,
  unknownRequired,
  unrequirableValue,
  wrongRequiredValue,
} from './flag.errors';
import { attributesAsked, conditionFault } from './flag-condition';
import type { FlagGraph } from './flag-graph';
import { fitsType } from './flag-value';
import { valueCheckOf } from './value-schema';

/** So many evaluations one flag may cost: chains and their breadth together. */
const LONGEST_CHAIN = 5;

/** What others need to know of a flag. */
export interface KnownFlag extends Pick<FeatureFlag, 'id' | 'key' | 'type' | 'requiresReview'> {
  readonly prerequisites: readonly { readonly flagId: string }[];
  readonly rules: readonly FlagRule[];
  /** The customer whose private deployment its test is about. */
  readonly ownerId: string | null;
  /** Of the test behind it. */
  readonly testKey: string | null;
  readonly testState: FeatureTestState | null;
}

/** A prediction knows the person and the customer and nothing else: rules of a test that asked for more would answer it otherwise than a door. */
const KNOWN_TO_PREDICTIONS: ReadonlySet<string> = new Set(['id', 'customerId']);

/** `flags` are all that are not archived, this one as it was. */
export async function flagFaults(flag: FeatureFlag, flags: FlagGraph<KnownFlag>): Promise<AppError[]> {
  const before = flags.node(flag.id)!;
  if (flag.archivedAt) return archivingFaults(before, flags);
  const { type, prerequisites, rules } = flag;
  const graph = flags.with({ ...before, type, prerequisites, rules });
  return [
    ...(await valueFaults(flag)),
    ...conditionFaults(flag, graph),
    ...prerequisiteFaults(flag, graph),
    ...(flag.permanent && flag.staleNote !== null ? [staysAndGoes()] : []),
  ].sort(byPart);
}

/** Rules first, as they stand in the input. */
function byPart(a: AppError, b: AppError): number {
  const parts = ['rules', 'defaultValue', 'valueSchema', 'prerequisites', 'permanent'];
  return parts.indexOf(a.path![1]!) - parts.indexOf(b.path![1]!);
}

function archivingFaults({ id, testKey, testState }: KnownFlag, flags: FlagGraph<KnownFlag>): AppError[] {
  const dependants = flags.requiring(id).map(({ key }) => key);
  const isTested = testState === FeatureTestState.DRAFT || testState === FeatureTestState.RUNNING;
  return [
    ...(dependants.length > 0 ? [stillRequired(id, dependants)] : []),
    ...(isTested ? [stillTested(id, testKey!)] : []),
  ];
}

/** Faults of a flag's values by its type and, where it has one, its schema. */
export async function valueFaults({
  type,
  defaultValue,
  rules,
  valueSchema,
}: Pick<FeatureFlag, 'type' | 'defaultValue' | 'rules' | 'valueSchema'>): Promise<AppError[]> {
  const values: [readonly string[], unknown][] = [
    ...rules.map(({ value }, index): [string[], unknown] => [
      ['input', 'rules', String(index), 'value'],
      value,
    ]),
    [['input', 'defaultValue'], defaultValue],
  ];
  const wrong = values.filter(([, value]) => !fitsType(type, value)).map(([path]) => wrongValue(path, type));
  if (valueSchema === null || valueSchema === undefined) return wrong;
  const place = ['input', 'valueSchema'];
  if (type !== 'JSON') return [...wrong, schemaOfOtherType(place, type)];
  const check = await valueCheckOf(valueSchema);
  if (typeof check === 'string') return [...wrong, invalidInput(place, check, 'schema')];
  const unfit = check(values.map(([, value]) => value)).flatMap((faults, index) =>
    faults.map(({ path, message }) => invalidInput([...values[index]![0], ...path], message, 'schema')),
  );
  return [...wrong, ...unfit];
}

function conditionFaults({ id, rules }: FeatureFlag, graph: FlagGraph<KnownFlag>): AppError[] {
  const isTested = asksForTests(id, graph);
  return rules.flatMap(({ condition }, index) => {
    if (!condition) return [];
    const path = ['input', 'rules', String(index), 'condition'];
    const fault = conditionFault(condition);
    if (fault) return [invalidInput(path, fault, 'condition')];
    const foreign = isTested ? foreignTo(condition) : [];
    return foreign.length > 0 ? [unknownToPredictions(path, foreign)] : [];
  });
}

function prerequisiteFaults(flag: FeatureFlag, graph: FlagGraph<KnownFlag>): AppError[] {
  const path = ['input', 'prerequisites'];
  const node = graph.node(flag.id)!;
  const seen = new Set<string>();
  const faults = flag.prerequisites.flatMap(({ flagId, value }, index) => {
    const at = (name: string): string[] => [...path, String(index), name];
    const required = graph.node(flagId);
    if (!required) return [unknownRequired(at('flagId'))];
    if (seen.has(flagId)) return [requiredTwice(at('flagId'), required.key)];
    seen.add(flagId);
    const { key, type } = required;
    return [
      ...(fitsType(type, value) ? [] : [wrongRequiredValue(at('value'), key, type)]),
      ...(looksLikeOperators(value) ? [unrequirableValue(at('value'))] : []),
      ...(isSeenByAllWhoSee(node, required) ? [] : [requiredInSecret(at('flagId'), key)]),
    ];
  });
  const circle = graph.circleThrough(flag.id);
  if (circle) return [...faults, requiredInCircle(path, circle)];
  const chain = graph.longestChainThrough(flag.id);
  if (chain.length > LONGEST_CHAIN) faults.push(chainTooLong(path, chain, LONGEST_CHAIN));
  return [...faults, ...askingFaults(flag, graph)];
}

/** What a test depends on asks about no more than the test may itself. */
function askingFaults({ id }: FeatureFlag, graph: FlagGraph<KnownFlag>): AppError[] {
  if (!asksForTests(id, graph)) return [];
  return graph.allRequired(id).flatMap(({ key, rules }) => {
    const foreign = [
      ...new Set(rules.flatMap(({ condition }: FlagRule) => (condition ? foreignTo(condition) : []))),
    ];
    return foreign.length > 0 ? [requiredAsksMore(['input', 'prerequisites'], key, foreign)] : [];
  });
}

/** Whether a test stands behind the flag, or behind one that depends on it. */
function asksForTests(id: string, graph: FlagGraph<KnownFlag>): boolean {
  return [graph.node(id)!, ...graph.allRequiring(id)].some(({ testKey }) => testKey !== null);
}

function foreignTo(condition: Readonly<Record<string, unknown>>): string[] {
  return [...attributesAsked(condition)].filter((name) => !KNOWN_TO_PREDICTIONS.has(name));
}

/** Doors hide flags of tests that are planned or another customer's: who may not know of one must not meet it in another. */
function isSeenByAllWhoSee(flag: KnownFlag, required: KnownFlag): boolean {
  if (required.testState === FeatureTestState.DRAFT) return false;
  return required.ownerId === null || required.ownerId === flag.ownerId;
}

function looksLikeOperators(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith('$'));
}
