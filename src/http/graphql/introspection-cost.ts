import {
  getNamedType,
  getOperationAST,
  introspectionTypes,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { argumentValue, type RequestedOperation } from './argument-value.js';
import { fieldsOf, fragmentsOf } from './fragments.js';

/**
 * Counts the values in the response to an operation's introspection fields. The count is exact, because the schema is
 * known.
 */
export function createIntrospectionCounter(schema: GraphQLSchema): (operation: RequestedOperation) => number {
  const whole = new Population(new Map([[schema, 1]]), schema);
  const byName = new Map(
    Object.values(schema.getTypeMap()).map((type) => [
      type.name,
      new Population(new Map([[type, 1]]), schema),
    ]),
  );

  return (operation) => {
    const fragments = fragmentsOf(operation.document);
    const known = new Map<Population, Map<SelectionSetNode, number>>();

    function costOf(selections: SelectionSetNode, type: GraphQLObjectType, population: Population): number {
      const costs = known.get(population) ?? new Map<SelectionSetNode, number>();
      known.set(population, costs);
      let cost = costs.get(selections);
      if (cost !== undefined) return cost;
      cost = 0;
      for (const { name, selectionSet } of fieldsOf(selections, fragments)) {
        const field = type.getFields()[name.value];
        const below = getNamedType(field?.type);
        cost += population.size;
        if (field !== undefined && selectionSet !== undefined && isObjectType(below))
          cost += costOf(selectionSet, below, population.below(field));
      }
      costs.set(selections, cost);
      return cost;
    }

    const definition = getOperationAST(operation.document, operation.operationName);
    let cost = 0;
    for (const node of definition ? fieldsOf(definition.selectionSet, fragments) : []) {
      const { name, selectionSet } = node;
      if (selectionSet === undefined) continue;
      if (name.value === '__schema') cost += costOf(selectionSet, SCHEMA, whole);
      const one =
        name.value === '__type' ? byName.get(String(argumentValue(node, 'name', operation))) : undefined;
      if (one !== undefined) cost += costOf(selectionSet, TYPE, one);
    }
    return cost;
  };
}

const [SCHEMA, TYPE] = ['__Schema', '__Type'].map(
  (name) => introspectionTypes.find((type) => type.name === name) as GraphQLObjectType,
) as [GraphQLObjectType, GraphQLObjectType];

/**
 * The elements of the schema (types, fields, arguments and so on) that an introspection field returns, and how often it
 * returns each.
 */
class Population {
  readonly size: number;
  readonly #counts: ReadonlyMap<unknown, number>;
  readonly #schema: GraphQLSchema;
  readonly #below = new Map<string, Population>();

  constructor(counts: ReadonlyMap<unknown, number>, schema: GraphQLSchema) {
    this.#counts = counts;
    this.#schema = schema;
    this.size = [...counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /**
   * The elements that a field of these elements returns. Cached: the schema never changes, and the cache stays small
   * because a rule of GraphQL limits the depth of introspection.
   */
  below(field: GraphQLField<unknown, unknown>): Population {
    const known = this.#below.get(field.name);
    if (known !== undefined) return known;
    const counts = new Map<unknown, number>();
    // Introspection resolvers read only the member `schema` of `info`.
    const info = { schema: this.#schema } as GraphQLResolveInfo;
    for (const [part, count] of this.#counts) {
      const value: unknown = field.resolve?.(part, { includeDeprecated: true }, undefined, info);
      const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
      for (const one of parts)
        if (one !== null && one !== undefined) counts.set(one, (counts.get(one) ?? 0) + count);
    }
    const below = new Population(counts, this.#schema);
    this.#below.set(field.name, below);
    return below;
  }
}
