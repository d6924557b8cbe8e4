import {
  buildASTSchema,
  getLocation,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isTypeSystemDefinitionNode,
  Kind,
  parse,
  validateSchema,
  visit,
  type ASTNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  type NamedTypeNode,
  type TypeSystemDefinitionNode,
} from 'graphql';

/**
 * Checks the project's rules for its schema: descriptions, names, reasons for deprecations, and lists that Relay's
 * clients can page through (https://relay.dev/graphql/connections.htm).
 *
 * The linter is our own: graphql-schema-linter has had no release since 2021, and @graphql-eslint brings ESLint and 250
 * packages, one of which refuses Node 20.
 *
 * @returns one line for each complaint, `line:column message`
 * @throws GraphQLError when the text is no SDL
 */
export function lintGraphQL(sdl: string): readonly string[] {
  const document = parse(sdl);
  const complaints: { readonly node: ASTNode; readonly message: string }[] = [];
  const complain = (node: ASTNode, message: string): void => void complaints.push({ node, message });

  const schema = buildASTSchema(document);
  const errors = validateSchema(schema);
  if (errors.length > 0) return errors.map(({ message }) => message);

  visit(document, {
    enter(node) {
      if (!isTypeSystemDefinitionNode(node) && !isPart(node)) return;
      checkDescription(node, complain);
      checkName(node, complain);
      checkDeprecation(node, complain);
    },
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || !type.astNode) continue;
    if (type.name.endsWith('Connection')) checkConnection(type, schema, complain);
    for (const field of partsOf(type).flatMap(({ fields }) => fields ?? [])) checkPaging(field, complain);
  }
  const pageInfo = schema.getType('PageInfo');
  if (isObjectType(pageInfo)) checkPageInfo(pageInfo, complain);
  for (const field of mutationsOf(schema)) checkPayload(field, schema, complain);
  checkReachable(schema, complain);

  return complaints.map(({ node, message }) => {
    const { line, column } = node.loc ? getLocation(node.loc.source, node.loc.start) : { line: 0, column: 0 };
    return `${line}:${column} ${message}`;
  });
}

type Complain = (node: ASTNode, message: string) => void;

type Part = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;
type Definition = TypeSystemDefinitionNode | Part;

function isPart(node: ASTNode): node is Part {
  return (
    node.kind === Kind.FIELD_DEFINITION ||
    node.kind === Kind.INPUT_VALUE_DEFINITION ||
    node.kind === Kind.ENUM_VALUE_DEFINITION
  );
}

function checkDescription(node: Definition, complain: Complain): void {
  if (node.kind === Kind.SCHEMA_DEFINITION) return;
  if ((node.description?.value ?? '').trim() === '') complain(node, `${nameOf(node)} has no description`);
}

const NAMES: Partial<Record<Kind, readonly [form: RegExp, called: string]>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: [/^[A-Z][A-Za-z0-9]*$/, 'PascalCase'],
  [Kind.INTERFACE_TYPE_DEFINITION]: [/^[A-Z][A-Za-z0-9]*$/, 'PascalCase'],
  [Kind.UNION_TYPE_DEFINITION]: [/^[A-Z][A-Za-z0-9]*$/, 'PascalCase'],
  [Kind.SCALAR_TYPE_DEFINITION]: [/^[A-Z][A-Za-z0-9]*$/, 'PascalCase'],
  [Kind.ENUM_TYPE_DEFINITION]: [/^[A-Z][A-Za-z0-9]*$/, 'PascalCase'],
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: [
    /^[A-Z][A-Za-z0-9]*(?:Input|Filter)$/,
    'PascalCase ending in Input or Filter',
  ],
  [Kind.FIELD_DEFINITION]: [/^[a-z][A-Za-z0-9]*$/, 'camelCase'],
  [Kind.INPUT_VALUE_DEFINITION]: [/^[a-z][A-Za-z0-9]*$/, 'camelCase'],
  [Kind.ENUM_VALUE_DEFINITION]: [/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/, 'UPPER_CASE'],
  [Kind.DIRECTIVE_DEFINITION]: [/^[a-z][A-Za-z0-9]*$/, 'camelCase'],
};

function checkName(node: Definition, complain: Complain): void {
  const [form, called] = NAMES[node.kind] ?? [/^/, ''];
  if (!form.test(nameOf(node))) complain(node, `${nameOf(node)} is not ${called}`);
}

function checkDeprecation(node: Definition, complain: Complain): void {
  const directives = 'directives' in node ? node.directives : undefined;
  const deprecated = directives?.find(({ name }) => name.value === 'deprecated');
  const reason = deprecated?.arguments?.find(({ name }) => name.value === 'reason')?.value;
  if (deprecated !== undefined && (reason?.kind !== Kind.STRING || reason.value.trim() === ''))
    complain(deprecated, `${nameOf(node)} is deprecated without a reason that says what to use instead`);
}

function checkConnection(connection: GraphQLObjectType, schema: GraphQLSchema, complain: Complain): void {
  const node = connection.astNode as ASTNode;
  const { edges, pageInfo } = connection.getFields();
  if (String(pageInfo?.type) !== 'PageInfo!') complain(node, `${connection.name} has no pageInfo: PageInfo!`);
  const list = isNonNullType(edges?.type) ? edges.type.ofType : edges?.type;
  const named = isListType(list) ? String(list.ofType).replace('!', '') : '';
  const edge = schema.getType(named);
  if (!isObjectType(edge) || !named.endsWith('Edge')) {
    complain(node, `${connection.name} has no edges, a list of an …Edge type`);
    return;
  }
  const fields = edge.getFields();
  const edgeNode = edge.astNode as ASTNode;
  if (String(fields['cursor']?.type) !== 'String!') complain(edgeNode, `${named} has no cursor: String!`);
  const entry = fields['node']?.type;
  if (entry === undefined || isListType(isNonNullType(entry) ? entry.ofType : entry))
    complain(edgeNode, `${named} has no node that is one entry`);
}

const PAGE_INFO = {
  hasNextPage: 'Boolean!',
  hasPreviousPage: 'Boolean!',
  startCursor: 'String',
  endCursor: 'String',
};

function checkPageInfo(type: GraphQLObjectType, complain: Complain): void {
  for (const [name, expected] of Object.entries(PAGE_INFO)) {
    if (String(type.getFields()[name]?.type) !== expected)
      complain(type.astNode as ASTNode, `PageInfo has no ${name}: ${expected}`);
  }
}

/** A field that returns a connection must have `first` and `after`. */
function checkPaging(field: FieldDefinitionNode, complain: Complain): void {
  if (!typeOf(field).name.value.endsWith('Connection')) return;
  const expected: Readonly<Record<string, string>> = { first: 'Int', after: 'String' };
  for (const [name, type] of Object.entries(expected)) {
    const argument = field.arguments?.find((one) => one.name.value === name);
    if (argument === undefined || typeOf(argument).name.value !== type)
      complain(field, `${field.name.value} gives a connection, and takes no ${name}: ${type}`);
  }
}

/** Every mutation must return a payload whose `userErrors` holds the errors that a caller can act on. */
function checkPayload(field: FieldDefinitionNode, schema: GraphQLSchema, complain: Complain): void {
  const name = typeOf(field).name.value;
  const payload = schema.getType(name);
  const errors = isObjectType(payload) ? payload.getFields()['userErrors'] : undefined;
  if (!name.endsWith('Payload') || String(errors?.type) !== '[UserError!]!')
    complain(field, `${field.name.value} gives no …Payload with userErrors: [UserError!]!`);
}

function mutationsOf(schema: GraphQLSchema): readonly FieldDefinitionNode[] {
  return partsOf(schema.getMutationType()).flatMap(({ fields }) => fields ?? []);
}

/** The definition of a type, and its extensions. */
function partsOf(type: GraphQLNamedType | null | undefined) {
  const { astNode, extensionASTNodes } = (type ?? {}) as Partial<GraphQLObjectType>;
  return [...(astNode ? [astNode] : []), ...(extensionASTNodes ?? [])];
}

/** Complains about each type that no operation can reach. */
function checkReachable(schema: GraphQLSchema, complain: Complain): void {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const seen = new Set<string>();
  const visitType = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const type = schema.getType(name);
    for (const part of partsOf(type))
      visit(part as ASTNode, { NamedType: ({ name: { value } }) => visitType(value) });
    // A field of an interface may return any type that implements it.
    if (isInterfaceType(type)) for (const one of schema.getPossibleTypes(type)) visitType(one.name);
  };
  for (const root of roots) if (root) visitType(root.name);
  for (const { name, astNode } of Object.values(schema.getTypeMap())) {
    if (astNode && !seen.has(name)) complain(astNode, `${name} is used by nothing`);
  }
}

function typeOf({ type }: Pick<FieldDefinitionNode, 'type'>): NamedTypeNode {
  return type.kind === Kind.NAMED_TYPE ? type : typeOf(type);
}

function nameOf(node: Definition): string {
  return 'name' in node ? node.name.value : 'schema';
}
