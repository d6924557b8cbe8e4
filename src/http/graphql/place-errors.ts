import { GraphQLError, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { BadInputError } from '../../reports/errors.js';

/**
 * Lets a BadInputError be given its place in the query. GraphQL (16.15, `locatedError`) takes every error that has a
 * `path` for one that has its place already, and the path of these leads to an argument.
 */
export function placeErrors<Schema extends GraphQLSchema>(schema: Schema): Schema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve !== undefined) field.resolve = placing(field.resolve);
    }
  }
  return schema;
}

function placing<S, C>(resolve: GraphQLFieldResolver<S, C>): GraphQLFieldResolver<S, C> {
  return (...args) => {
    const value: unknown = resolve(...args);
    return value instanceof Promise ? value.catch(wrap) : value;
  };
}

function wrap(error: unknown): never {
  throw error instanceof BadInputError ? new GraphQLError(error.message, { originalError: error }) : error;
}
