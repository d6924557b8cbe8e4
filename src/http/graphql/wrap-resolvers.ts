import { isIntrospectionType, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { GraphQLContext } from './context.js';

export type Resolver = GraphQLFieldResolver<unknown, GraphQLContext>;

/**
 * Wraps each resolver of the schema. Fields without a resolver stay unchanged. Introspection types stay unchanged too,
 * because all schemas of a process share them.
 */
export function wrapResolvers(schema: GraphQLSchema, wrap: (resolve: Resolver) => Resolver): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve !== undefined) field.resolve = wrap(field.resolve as Resolver);
    }
  }
}
