import fc from 'fast-check';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { damaged, hostileText, ids, instants, json, wholeNumbers } from './values.js';

export interface Operation {
  readonly query: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

const DEPTH = 4;

/**
 * Generates operations for the schema. Most are valid; the others have wrong values, damaged text, or a form that is
 * costly for servers.
 */
export function operationsOf(schema: GraphQLSchema): fc.Arbitrary<Operation> {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  const written = fc.oneof(
    ...roots.flatMap(([word, type]) =>
      type
        ? [
            {
              weight: word === 'query' ? 6 : 2,
              arbitrary: selectionOf(type, DEPTH).map((text) => `${word} ${text}`),
            },
          ]
        : [],
    ),
  );
  const withVariables = fc.oneof(
    ...roots.flatMap(([word, type]) =>
      Object.values(type?.getFields() ?? {})
        .filter(({ args }) => args.length > 0)
        .map((field) => withVariablesOf(word, field)),
    ),
  );
  return fc.oneof(
    { weight: 8, arbitrary: written.map((query) => ({ query })) },
    { weight: 6, arbitrary: withVariables },
    { weight: 3, arbitrary: damaged(written).map((query) => ({ query })) },
    { weight: 2, arbitrary: shapes.map((query) => ({ query })) },
    { weight: 1, arbitrary: fc.record({ query: json, variables: json, operationName: json }) },
  );
}

/**
 * Documents that may cost a server far more than their length suggests, such as deep nesting, many aliases and cyclic
 * fragments.
 */
const shapes: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom<(times: number) => string>(
      (times) => '['.repeat(times),
      (times) => `{ jobs${'('.repeat(times)}`,
      (times) => `{ ${'a '.repeat(times)}}`,
      (times) => `{ ${'jobs { nodes { '.repeat(times)}`,
      (times) => `{ ${Array.from({ length: times }, (_, n) => `a${n}: jobs { totalCount }`).join(' ')} }`,
      (times) =>
        `{ ${Array.from({ length: times }, (_, n) => `a${n}: __schema { types { name fields { name } } }`).join(' ')} }`,
      (times) =>
        `{ ...f0 } ${Array.from({ length: times }, (_, n) => `fragment f${n} on Query { ...f${n + 1} ...f${n + 1} }`).join(' ')}`,
      (times) => `{ __typename ${'@skip(if: false) '.repeat(times)}}`,
      (times) =>
        `{ jobs(first: ${times}) { nodes { a: filter { userIds } b: filter { userIds } attempts { stack } } } }`,
      (times) => `query(${Array.from({ length: times }, (_, n) => `$v${n}: Int`).join()}) { __typename }`,
      (times) => `# ${'x'.repeat(times)}\n{ __typename }`,
      (times) => `{ job(id: """${'\\\\"""'.repeat(times)}""") { id } }`,
      () => '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }',
      () => 'subscription S($no: Boolean = false) { reportCompleted @include(if: $no) { id } }',
      () => 'subscription { a: reportCompleted { id } b: reportCompleted { id } }',
      () => 'query($toString: Int! = 1000) { jobs(first: $toString) { nodes { id } } }',
    ),
    fc.constantFrom(1, 3, 20, 101, 500, 2000, 8000),
  )
  .map(([shape, times]) => shape(times));

function selectionOf(type: GraphQLNamedType, depth: number): fc.Arbitrary<string> {
  if (!isObjectType(type) && !isInterfaceType(type)) return fc.constant('');
  const fields = Object.values(type.getFields());
  const plain = fields.filter(({ type: of }) => !hasFields(getNamedType(of)));
  const chosen = depth > 0 ? fields : plain;
  const typename = fc.constant('__typename');
  const one = fc.oneof(
    typename,
    ...chosen.map((field) => fc.constant(field).chain((known) => fieldOf(known, depth))),
  );
  return fc
    .tuple(fc.array(one, { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([texts, inFragment]) =>
      inFragment ? `{ ... on ${type.name} { ${texts.join(' ')} } }` : `{ ${texts.join(' ')} }`,
    );
}

function hasFields(type: GraphQLNamedType): boolean {
  return isObjectType(type) || isInterfaceType(type);
}

function fieldOf(field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom('', '', '', 'a: ', 'b: ', '__proto__: ', 'toString: '),
      argumentsOf(field.args),
      fc.constantFrom('', '', '', '', '', ' @include(if: true)', ' @skip(if: true)', ' @nothing'),
      selectionOf(getNamedType(field.type), depth - 1),
    )
    .map(([alias, args, directive, selection]) => `${alias}${field.name}${args}${directive} ${selection}`);
}

function argumentsOf(args: readonly GraphQLArgument[]): fc.Arbitrary<string> {
  if (args.length === 0) return fc.constant('');
  const given = args.map(({ name, type }) =>
    fc
      .option(literalOf(type), { freq: isNonNullType(type) ? 20 : 2, nil: undefined })
      .map((literal) => (literal === undefined ? '' : `${name}: ${literal}`)),
  );
  return fc.tuple(...given).map((texts) => {
    const present = texts.filter((text) => text !== '');
    return present.length === 0 ? '' : `(${present.join(', ')})`;
  });
}

function literalOf(type: GraphQLInputType): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 12, arbitrary: rightLiteralOf(type) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        fc.constantFrom('null', '[]', '{}', 'WRONG', '1.5', 'true'),
        hostileText.map((text) => JSON.stringify(text)),
      ),
    },
  );
}

function rightLiteralOf(type: GraphQLInputType): fc.Arbitrary<string> {
  if (isNonNullType(type)) return rightLiteralOf(type.ofType);
  if (isListType(type))
    return fc.array(literalOf(type.ofType), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`);
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) {
    const members = Object.values(type.getFields()).map(({ name, type: of }) =>
      fc
        .option(literalOf(of), { nil: undefined })
        .map((literal) => (literal === undefined ? '' : `${name}: ${literal}`)),
    );
    return fc.tuple(...members).map((texts) => `{ ${texts.filter((text) => text !== '').join(', ')} }`);
  }
  return scalarOf(type.name).map((value) => JSON.stringify(value));
}

function scalarOf(name: string): fc.Arbitrary<unknown> {
  if (name === 'Int' || name === 'SafeInt') return wholeNumbers;
  if (name === 'Boolean') return fc.boolean();
  if (name === 'DateTime') return instants;
  return name === 'ID' ? ids : hostileText;
}

/** Generates an operation that passes every argument of the field as a variable. Some values have the wrong type. */
function withVariablesOf(word: string, field: GraphQLField<unknown, unknown>): fc.Arbitrary<Operation> {
  const definitions = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const values = fc.record(
    Object.fromEntries(
      field.args.map(({ name, type }) => [name, fc.oneof(valueOf(type), valueOf(type), json)]),
    ),
    { requiredKeys: [] },
  );
  return fc
    .tuple(
      selectionOf(getNamedType(field.type), 2),
      fc.oneof({ weight: 9, arbitrary: values }, { weight: 1, arbitrary: json }),
    )
    .map(([selection, variables]) => ({
      query: `${word} Q(${definitions}) { ${field.name}(${given}) ${selection} }`,
      variables,
      operationName: 'Q',
    }));
}

function valueOf(type: GraphQLInputType): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valueOf(type.ofType);
  if (isListType(type)) return fc.array(valueOf(type.ofType), { maxLength: 4 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) {
    const members = Object.values(type.getFields()).map(({ name, type: of }) => [
      name,
      fc.oneof(valueOf(of), valueOf(of), json),
    ]);
    return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: [],
    });
  }
  return scalarOf(type.name);
}
