import { readFileSync } from 'node:fs';
import { createSchema } from 'graphql-yoga';
import type { GraphQLContext } from './context.js';
import { failedJobResolvers } from './failed-jobs.js';
import { jobResolvers } from './jobs.js';
import { placeErrors } from './place-errors.js';
import { postsReportResolvers } from './posts-report.js';
import { scalars } from './scalars.js';
import { subscriptionResolvers } from './subscriptions.js';

/** The same relative path from `src` and from `dist`. */
const SDL = new URL('../../../schema.graphql', import.meta.url);

export function loadSchema() {
  const schema = createSchema<GraphQLContext>({
    typeDefs: readFileSync(SDL, 'utf8'),
    resolvers: [scalars, postsReportResolvers, jobResolvers, failedJobResolvers, subscriptionResolvers],
  });
  // A resolver of a scalar brings its own description; ours stands in the SDL.
  for (const name of Object.keys(scalars)) {
    const type = schema.getType(name);
    if (type) type.description = type.astNode?.description?.value ?? null;
  }
  return placeErrors(schema);
}
