import fc from 'fast-check';
import type { GraphQLSchema } from 'graphql';
import type { Case } from './case.js';
import { operationsOf } from './documents.js';
import { graphqlRequests, rawBytes, restRequests, webSocketTalks, type OpenApiDocument } from './requests.js';

/**
 * Number of cases that are generated together. The seed of a batch follows from the batch's number, so that one case
 * can be generated without the batches before it.
 */
const BATCH = 250;

export interface NumberedCase {
  readonly number: number;
  readonly sent: Case;
}

/** Yields the cases of a seed. Equal seeds give equal cases under equal numbers. */
export function* casesOf(
  { schema, openApi, seed }: { schema: GraphQLSchema; openApi: OpenApiDocument; seed: number },
  { count, only }: { count: number; only: number | undefined },
): Generator<NumberedCase> {
  const operations = operationsOf(schema);
  const all: fc.Arbitrary<Case> = fc.oneof(
    { weight: 9, arbitrary: graphqlRequests(operations) },
    { weight: 9, arbitrary: restRequests(openApi) },
    { weight: 1, arbitrary: rawBytes() },
    { weight: 1, arbitrary: webSocketTalks(operations) },
  );
  const end = only === undefined ? count : only + 1;
  const start = only === undefined ? 0 : only - (only % BATCH);
  for (let first = start; first < end; first += BATCH) {
    const batch = fc.sample(all, { seed: seed * 10_000 + first / BATCH, numRuns: BATCH });
    for (const [index, sent] of batch.entries()) {
      const number = first + index;
      if (number < end && (only === undefined || number === only)) yield { number, sent };
    }
  }
}
