import { GraphQLError } from 'graphql';
import { BadInputError } from '../../reports/errors.js';
import type { Resolver } from './wrap-resolvers.js';

/**
 * Lets GraphQL set the path of the field in a BadInputError. `locatedError` of GraphQL.js (16.15) would not, because a
 * BadInputError has a `path` already: that of the wrong argument.
 */
export function placeErrors(resolve: Resolver): Resolver {
  return (...args) => {
    const value: unknown = resolve(...args);
    return value instanceof Promise ? value.catch(wrap) : value;
  };
}

function wrap(error: unknown): never {
  throw error instanceof BadInputError ? new GraphQLError(error.message, { originalError: error }) : error;
}
