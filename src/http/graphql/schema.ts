import { readFileSync } from 'node:fs';
import { createSchema } from 'graphql-yoga';
import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { GraphQLContext } from './context.js';
import { failedJobResolvers } from './failed-jobs.js';
import { jobResolvers } from './jobs.js';
import { placeErrors } from './place-errors.js';
import type { ReadableReport } from './readable-report.js';
import { rememberReads } from './remember-reads.js';
import { reportKindResolvers } from './report-kinds.js';
import { namesOf } from './report-names.js';
import { reportResolvers } from './report-resolvers.js';
import { reportSdl } from './report-sdl.js';
import { requesterResolvers } from './requester.js';
import { scalars } from './scalars.js';
import { withReports } from './schema-text.js';
import { stopWhenAbandoned } from './stop-when-abandoned.js';
import { subscriptionResolvers } from './subscriptions.js';
import { wrapResolvers } from './wrap-resolvers.js';

/** The relative path from `src/http/graphql`; from `dist/http/graphql` it is the same. */
const SDL = new URL('../../../schema.graphql', import.meta.url);

/** The schema: the hand-written part of schema.graphql, and the part generated from the reports of this process. */
export function loadSchema(reports: ReportCatalog) {
  const schema = createSchema<GraphQLContext>({
    typeDefs: withReports(readFileSync(SDL, 'utf8'), reportSdl(reports)),
    resolvers: [
      scalars,
      jobResolvers,
      failedJobResolvers,
      subscriptionResolvers,
      reportKindResolvers,
      requesterResolvers,
      { Report: { __resolveType: ({ report }: ReadableReport) => namesOf(report).report } },
      ...reportResolvers(reports),
    ],
  });
  // Restores the scalars' descriptions from the SDL, because createSchema replaces them with those of the resolvers.
  for (const name of Object.keys(scalars)) {
    const type = schema.getType(name);
    if (type) type.description = type.astNode?.description?.value ?? null;
  }
  rememberReads(schema);
  wrapResolvers(schema, (resolve) => placeErrors(stopWhenAbandoned(resolve)));
  return schema;
}
