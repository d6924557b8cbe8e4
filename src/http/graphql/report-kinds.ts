import { describeKind } from '../report-kinds.js';
import type { Resolvers } from './schema-types.js';

export const reportKindResolvers = {
  Query: {
    reportKinds: (_root, _args, { services }) => services.reports.reports.map(describeKind),
  },
} satisfies Resolvers;
