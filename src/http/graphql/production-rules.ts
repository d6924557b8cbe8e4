import { GraphQLError, visit, type DocumentNode, type SelectionSetNode } from 'graphql';
import { copyError } from './copy-error.js';

/** Aliases of one document, and occurrences of one name in one selection. Generated clients use a few dozen. */
const MAX_ALIASES = 100;
const MAX_REPEATS = 100;

/**
 * Why viewers may not run a document in production: it asks for the schema, or repeats itself too often. Checked for
 * each operation, because validated documents are shared by callers with other rights.
 */
export function viewersRefusal(document: DocumentNode): GraphQLError | undefined {
  const reason = reasonFor(document);
  return reason === undefined ? undefined : new GraphQLError(reason);
}

/** The errors without names of the schema that the caller did not write; each mistake once. */
export function withoutSuggestions(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const byMessage = new Map<string, GraphQLError>();
  for (const error of errors.map(withoutSuggestion))
    if (!byMessage.has(error.message)) byMessage.set(error.message, error);
  return [...byMessage.values()];
}

function withoutSuggestion(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ Did you mean [^?]*\?/, '');
  return message === error.message ? error : copyError(error, message, error.extensions);
}

function reasonFor(document: DocumentNode): string | undefined {
  let asksForSchema = false;
  let aliases = 0;
  let repeats = 0;
  visit(document, {
    Field({ name, alias }) {
      asksForSchema ||= name.value === '__schema' || name.value === '__type';
      if (alias !== undefined) aliases += 1;
    },
    SelectionSet(node) {
      repeats = Math.max(repeats, repeatsIn(node));
    },
  });
  if (asksForSchema) return 'Introspection is for operators.';
  if (aliases > MAX_ALIASES) return `A document may have ${MAX_ALIASES} aliases; this one has ${aliases}.`;
  if (repeats > MAX_REPEATS)
    return `A selection may name a field ${MAX_REPEATS} times; one of these does so ${repeats} times.`;
  return undefined;
}

/** The number of times of the name that is repeated most often. */
function repeatsIn({ selections }: SelectionSetNode): number {
  const counts = new Map<string, number>();
  for (const selection of selections) {
    const name = 'name' in selection ? selection.name.value : '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
