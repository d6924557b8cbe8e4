import type { GraphQLSchema } from 'graphql';
import type { GraphQLContext } from './context.js';

/**
 * Caches the results of `Query` fields within an operation, so that a field with equal arguments is read once, also
 * under several aliases.
 */
export function rememberReads(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const { resolve } = field;
    if (resolve === undefined) continue;
    field.resolve = (root, args, context: GraphQLContext, info) => {
      const { remembered } = context;
      const key = `${field.name} ${JSON.stringify(args)}`;
      if (!remembered.has(key)) remembered.set(key, resolve(root, args, context, info));
      return remembered.get(key);
    };
  }
}
