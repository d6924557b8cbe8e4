import { GraphQLError, visit, type DocumentNode, type SelectionSetNode } from 'graphql';
import { copyError } from './copy-error.js';

/** The maximum number of aliases in a document. Generated clients use a few dozen. */
const MAX_ALIASES = 100;
/** The maximum number of times that a selection set may select one name. */
const MAX_REPEATS = 100;

/**
 * The error for viewers if a document selects `__schema` or `__type`, or has too many aliases or repeated names.
 * Checked for each operation, and not in the validation, because viewers and operators share validated documents.
 */
export function viewersRefusal(document: DocumentNode): GraphQLError | undefined {
  const reason = reasonFor(document);
  return reason === undefined ? undefined : new GraphQLError(reason);
}

/**
 * Removes "Did you mean …?" from the errors, because it names parts of the schema that the caller did not write. Errors
 * that are equal then are returned once.
 */
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

/** How often the most frequent name occurs in a selection set. */
function repeatsIn({ selections }: SelectionSetNode): number {
  const counts = new Map<string, number>();
  for (const selection of selections) {
    const name = 'name' in selection ? selection.name.value : '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
