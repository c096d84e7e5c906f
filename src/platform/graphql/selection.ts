/**
 * What a query asks for, as the reader understands it. A plain field selects the column of its name; a field with a
 * resolver selects the columns that it needs; a joined field selects the columns of a to-one relation.
 */
import {
  type FieldNode,
  getDirectiveValues,
  getNamedType,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  GraphQLSkipDirective,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { Extensions, FieldResolver } from 'type-graphql';
import type { Selection } from '../database';

/** On the GraphQL field: it has a resolver that reads these properties of its parent. */
interface FieldExtensions {
  readonly needs?: readonly string[];
  readonly joined?: boolean;
}

type Draft = { [property: string]: true | Draft };

/** The properties of the parent that a field resolver reads, so that they are selected with it. */
export function Needs(...needs: readonly string[]): MethodDecorator {
  return Extensions({ needs }) as MethodDecorator;
}

/**
 * A field resolver for a to-one relation of the entity: the reader joins it when it is asked for and puts it on the row;
 * the method is called only for rows that came another way, and asks a loader.
 */
export function JoinedField(...[type, options]: Parameters<typeof FieldResolver>): MethodDecorator {
  const field = FieldResolver(type as never, options as never);
  const mark = Extensions({ joined: true }) as MethodDecorator;
  return (target, key, descriptor) => {
    field(target, key, descriptor);
    mark(target, key, descriptor);
  };
}

/** What the reader joined is the value of a joined field. */
export function preferJoined(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const { resolve, extensions } = field;
      if (!resolve || !(extensions as FieldExtensions).joined) continue;
      field.resolve = (row: Record<string, unknown>, args, context, info) =>
        row[field.name] !== undefined ? row[field.name] : resolve(row, args, context, info);
    }
  }
}

const CONNECTION_PARTS = new Set(['nodes', 'edges', 'node']);
const selections = new WeakMap<readonly FieldNode[], Map<string, Selection>>();

/** The selection of the field being resolved, or of the field at `path` below it; connections are looked through. */
export function selectionOf(info: GraphQLResolveInfo, ...path: readonly string[]): Selection {
  const held = selections.get(info.fieldNodes) ?? new Map<string, Selection>();
  const key = path.join('.');
  let selection = hasFlags(info) ? undefined : held.get(key);
  if (!selection) {
    const draft: Draft = {};
    if (isKept(info)) collectOwn(typeAt(info, path), draft);
    for (const { type, set } of starts(info, path)) collect(info, type, set, draft);
    selection = draft;
    held.set(key, selection);
    selections.set(info.fieldNodes, held);
  }
  return selection;
}

/** What a key answers again is kept whole: whoever repeats the call may ask for more of it than the first did. */
function isKept({ parentType, fieldName, schema }: GraphQLResolveInfo): boolean {
  if (parentType !== schema.getMutationType()) return false;
  const inputs = parentType.getFields()[fieldName]!.args.map(({ type }) => getNamedType(type));
  return inputs.some((type) => isInputObjectType(type) && 'idempotencyKey' in type.getFields());
}

function typeAt({ returnType }: GraphQLResolveInfo, path: readonly string[]): GraphQLNamedType {
  return path.reduce((type: GraphQLNamedType, name) => {
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    return field ? getNamedType(field.type) : type;
  }, getNamedType(returnType));
}

/** Everything but what is joined: that is loaded when it is asked for. */
function collectOwn(type: GraphQLNamedType, draft: Draft): void {
  if (!isObjectType(type)) return;
  for (const field of Object.values(type.getFields())) {
    const { needs = [] } = field.extensions as FieldExtensions;
    for (const property of hasResolver(field) ? needs : [field.name, ...needs]) draft[property] = true;
  }
}

/** Whether a list query asks how many there are in all. */
export function wantsTotalCount(info: GraphQLResolveInfo): boolean {
  const type = getNamedType(info.returnType);
  return info.fieldNodes.some(({ selectionSet }) =>
    fieldsOf(info, type, selectionSet).some(({ node }) => node.name.value === 'totalCount'),
  );
}

const flags = new WeakMap<object, boolean>();

/** An operation with @skip or @include may select differently each time. */
function hasFlags({ operation, fragments }: GraphQLResolveInfo): boolean {
  let found = flags.get(operation);
  if (found === undefined) {
    found = false;
    const note = { Directive: () => void (found = true) };
    for (const part of [operation, ...Object.values(fragments)]) visit(part, note);
    flags.set(operation, found);
  }
  return found;
}

interface Start {
  readonly type: GraphQLNamedType;
  readonly set: SelectionSetNode | undefined;
}

function starts(info: GraphQLResolveInfo, path: readonly string[]): Start[] {
  let current: Start[] = info.fieldNodes.map(({ selectionSet }) => ({
    type: getNamedType(info.returnType),
    set: selectionSet,
  }));
  for (const name of path) {
    current = current.flatMap(({ type, set }) =>
      fieldsOf(info, type, set)
        .filter(({ node }) => node.name.value === name)
        .map(({ node, field }) => ({ type: getNamedType(field.type), set: node.selectionSet })),
    );
  }
  return current;
}

interface SelectedField {
  readonly node: FieldNode;
  readonly field: GraphQLField<unknown, unknown>;
}

/**
 * The fields that a selection set asks for, fragments opened, skipped ones left out, `__typename` left out. A fragment is
 * opened where it is spread first: those that spread each other twice would double with each of them.
 */
function fieldsOf(
  info: GraphQLResolveInfo,
  type: GraphQLNamedType,
  set: SelectionSetNode | undefined,
  opened = new Set<string>(),
): SelectedField[] {
  if (!set || !(isObjectType(type) || isInterfaceType(type))) return [];
  return set.selections.flatMap((selection): SelectedField[] => {
    if (getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.if === true) return [];
    if (getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.if === false) return [];
    switch (selection.kind) {
      case Kind.FIELD: {
        const field = type.getFields()[selection.name.value];
        return field ? [{ node: selection, field }] : [];
      }
      case Kind.INLINE_FRAGMENT: {
        const narrowed = selection.typeCondition && info.schema.getType(selection.typeCondition.name.value);
        return fieldsOf(info, narrowed ?? type, selection.selectionSet, opened);
      }
      case Kind.FRAGMENT_SPREAD: {
        const name = selection.name.value;
        const fragment = opened.has(name) ? undefined : info.fragments[name];
        opened.add(name);
        const narrowed = fragment && info.schema.getType(fragment.typeCondition.name.value);
        return narrowed ? fieldsOf(info, narrowed, fragment.selectionSet, opened) : [];
      }
    }
  });
}

function collect(
  info: GraphQLResolveInfo,
  type: GraphQLNamedType,
  set: SelectionSetNode | undefined,
  draft: Draft,
): void {
  const isConnection = isObjectType(type) && isConnectionType(type);
  for (const { node, field } of fieldsOf(info, type, set)) {
    const fieldType = getNamedType(field.type);
    if (isConnection) {
      if (CONNECTION_PARTS.has(field.name)) collect(info, fieldType, node.selectionSet, draft);
      continue;
    }
    const { needs, joined } = field.extensions as FieldExtensions;
    if (joined) {
      const nested = draft[field.name];
      const below: Draft = typeof nested === 'object' ? nested : {};
      collect(info, fieldType, node.selectionSet, below);
      draft[field.name] = below;
    } else {
      for (const property of needs ?? []) draft[property] ??= true;
      if (!hasResolver(field)) draft[field.name] ??= true;
    }
  }
}

function isConnectionType({ name }: GraphQLObjectType): boolean {
  return name.endsWith('Connection') || name.endsWith('Edge');
}

/** type-graphql gives every class method a resolver and leaves plain properties without one (simple resolvers). */
function hasResolver(field: GraphQLField<unknown, unknown>): boolean {
  return field.resolve !== undefined;
}
