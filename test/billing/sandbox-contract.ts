/**
 * What Stripe's contract is, taken from the pinned `stripe` package itself: its request calls say which operations there
 * are, its typings which parameters they take and what they answer. Reading them takes seconds, so the outcome is kept
 * beside the package, by its version and the way of reading.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** What a value may be. `object` names an entry of `Contract.objects`, so that types may hold one another. */
export type Shape =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'null' | 'any' }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'union'; readonly of: readonly Shape[] }
  | { readonly kind: 'object'; readonly at: number };

export interface ObjectShape {
  readonly name: string;
  readonly fields: Readonly<Record<string, { readonly shape: Shape; readonly optional: boolean }>>;
  /** What further keys hold, as those of `metadata`. */
  readonly others?: Shape;
}

export interface ContractOperation {
  readonly method: string;
  /** With `*` for every part that names an object. */
  readonly path: string;
  readonly parameters: Shape | null;
  readonly answer: Shape;
}

export interface Contract {
  readonly operations: readonly ContractOperation[];
  readonly objects: readonly ObjectShape[];
}

const PACKAGE = path.join(path.dirname(require.resolve('stripe')), '..');
const CALL =
  /^ {4}(\w+)\([^)]*\) \{\n(?:(?!^ {4}\}).*\n)*? *(?:return|const \w+ =) [^\n]*?_makeRequest\('(GET|POST|DELETE)', (['`])(\/v1\/.*?)\3[,)]/gm;

export function stripeContract(): Contract {
  const reading = createHash('sha256').update(fs.readFileSync(path.join(PACKAGE, 'package.json')));
  const mark = reading.update(fs.readFileSync(__filename)).digest('hex').slice(0, 12);
  const folder = path.join(PACKAGE, '..', '.cache');
  const kept = path.join(folder, `stripe-contract-${mark}.json`);
  if (fs.existsSync(kept)) return JSON.parse(fs.readFileSync(kept, 'utf8')) as Contract;
  const contract = new Derivation().contract();
  fs.mkdirSync(folder, { recursive: true });
  const draft = `${kept}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(contract));
  fs.renameSync(draft, kept);
  return contract;
}

/** Method name → what it requests, for one resource file. */
function callsIn(javascript: string): Map<string, { method: string; path: string }> {
  const calls = new Map<string, { method: string; path: string }>();
  for (const [, name, method, , address] of javascript.matchAll(CALL))
    calls.set(name!, { method: method!, path: address!.replaceAll(/\$\{[^}]*\}/g, '*') });
  return calls;
}

class Derivation {
  private readonly program = ts.createProgram([path.join(PACKAGE, 'cjs', 'stripe.core.d.ts')], {
    strict: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
  });
  private readonly checker = this.program.getTypeChecker();
  private readonly places = new Map<ts.Type, number>();
  private readonly objects: ObjectShape[] = [];

  contract(): Contract {
    const operations: ContractOperation[] = [];
    for (const file of this.program.getSourceFiles()) {
      if (!file.fileName.includes('/stripe/cjs/resources/')) continue;
      const calls = callsIn(fs.readFileSync(file.fileName.replace(/\.d\.ts$/, '.js'), 'utf8'));
      for (const statement of file.statements) {
        if (ts.isClassDeclaration(statement)) operations.push(...this.operationsOf(statement, calls));
      }
    }
    return { operations, objects: this.objects };
  }

  private operationsOf(
    { members }: ts.ClassDeclaration,
    calls: ReadonlyMap<string, { method: string; path: string }>,
  ): ContractOperation[] {
    return members.flatMap((member) => {
      if (!ts.isMethodDeclaration(member)) return [];
      const call = calls.get(member.name.getText());
      const result = member.type && ts.isTypeReferenceNode(member.type) ? member.type : undefined;
      if (!call || !result) return [];
      const parameters = member.parameters.find(({ name }) => name.getText() === 'params')?.type;
      return [
        {
          ...call,
          parameters: parameters ? this.shapeOf(this.checker.getTypeFromTypeNode(parameters)) : null,
          answer: this.shapeOf(this.answerOf(result)),
        },
      ];
    });
  }

  /** `Promise<Response<T>>` answers T, `ApiListPromise<T>` a list of T. */
  private answerOf(node: ts.TypeReferenceNode): ts.Type {
    return this.checker.getAwaitedType(this.checker.getTypeFromTypeNode(node))!;
  }

  private shapeOf(type: ts.Type): Shape {
    const { TypeFlags: is } = ts;
    if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: 'literal', value: type.value };
    if (type.flags & is.BooleanLiteral)
      return { kind: 'literal', value: this.checker.typeToString(type) === 'true' };
    if (type.flags & is.String) return { kind: 'string' };
    if (type.flags & is.Number) return { kind: 'number' };
    if (type.flags & (is.Null | is.Undefined)) return { kind: 'null' };
    if (type.isUnion()) return { kind: 'union', of: type.types.map((one) => this.shapeOf(one)) };
    if (type.isIntersection() && type.types.some(({ flags }) => flags & is.String)) return { kind: 'string' };
    // Decimals are text until the client reads them.
    if ((type.aliasSymbol ?? type.symbol)?.name === 'Decimal' || type.symbol?.name === 'DecimalImpl')
      return { kind: 'string' };
    if (this.checker.isArrayType(type))
      return { kind: 'list', of: this.shapeOf(this.checker.getTypeArguments(type as ts.TypeReference)[0]!) };
    if (type.isIntersection() || type.flags & is.Object) return { kind: 'object', at: this.placeOf(type) };
    return { kind: 'any' };
  }

  private placeOf(type: ts.Type): number {
    const known = this.places.get(type);
    if (known !== undefined) return known;
    const place = this.objects.length;
    this.places.set(type, place);
    const name = type.aliasSymbol?.name ?? type.symbol?.name ?? 'object';
    this.objects.push({ name, fields: {} });
    const fields: Record<string, { shape: Shape; optional: boolean }> = {};
    for (const property of this.checker.getPropertiesOfType(type)) {
      // What the client adds of its own to every answer.
      if (property.name === 'lastResponse') continue;
      const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
      fields[property.name] = { shape: this.shapeOf(this.checker.getTypeOfSymbol(property)), optional };
    }
    const index = this.checker.getIndexInfosOfType(type)[0];
    this.objects[place] = { name, fields, ...(index && { others: this.shapeOf(index.type) }) };
    return place;
  }
}
