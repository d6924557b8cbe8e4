import { GraphQLError } from 'graphql';
import { BadInputError } from '../../reports/errors.js';
import type { Resolver } from './wrap-resolvers.js';

/**
 * Lets GraphQL add the field's path to a BadInputError. GraphQL (16.15, `locatedError`) does not do so for an error
 * that has a `path`, and the `path` of a BadInputError leads to an argument.
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
