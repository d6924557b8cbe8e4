import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';
import type { Changes } from './changes.js';

/** Compares two schemas in SDL. Returns the changes for a client of the first schema that uses the second. */
export function compareGraphQL(before: string, after: string): Changes {
  const [old, present] = [buildSchema(before), buildSchema(after)];
  return {
    breaking: findBreakingChanges(old, present).map(({ description }) => description),
    dangerous: findDangerousChanges(old, present).map(({ description }) => description),
  };
}
