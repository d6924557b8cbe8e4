import type { Resolvers } from './schema-types.js';

const ROLES = { viewer: 'VIEWER', operator: 'OPERATOR' } as const;

export const requesterResolvers = {
  Query: {
    requester: (_root, _args, { requester: { name, role } }) => ({ name, role: ROLES[role] }),
  },
} satisfies Resolvers;
