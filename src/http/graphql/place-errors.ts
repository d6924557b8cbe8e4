import { GraphQLError, isObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { BadInputError } from '../../reports/errors.js';

/**
 * Lets GraphQL add the field's path to a BadInputError. GraphQL (16.15, `locatedError`) does not do so for an error
 * that has a `path`, and the `path` of a BadInputError leads to an argument.
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
