import { GraphQLError, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql';
import { fieldsOf, fragmentsOf, type Fragments } from './fragments.js';

/** The maximum number of pairs, which the rule compares in 15 to 30 ms. */
const MOST_PAIRS = 20_000;

/**
 * Limits the work of the rule "Overlapping Fields Can Be Merged". GraphQL.js (16.15) compares all pairs of fields with
 * the same name, and all pairs of fragments, so that a document of 8 kB can take 0.5 s.
 *
 * @returns the error of a document that is not validated; undefined if the document is within the limit
 */
export function overlapRefusal(document: DocumentNode): GraphQLError | undefined {
  const fragments = fragmentsOf(document);
  let pairs = pairsOf(fragments.size);
  const counted = new Set<string>();
  const numbers = new Map<SelectionSetNode, number>();

  for (const definition of document.definitions) {
    if (pairs > MOST_PAIRS) break;
    if ('selectionSet' in definition && definition.selectionSet) count([definition.selectionSet]);
  }
  if (pairs <= MOST_PAIRS) return undefined;
  return new GraphQLError('The document names the same fields too often. Name each of them once.');

  /**
   * Counts the comparisons in selection sets whose fields GraphQL merges. Each combination of selection sets is counted
   * once.
   */
  function count(sets: readonly SelectionSetNode[]): void {
    const key = sets.map(numberOf).join(' ');
    if (counted.has(key)) return;
    counted.add(key);
    for (const fields of fieldsByName(sets, fragments)) {
      pairs += pairsOf(fields.length);
      if (pairs > MOST_PAIRS) return;
      const below = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (below.length > 0) count(below);
    }
  }

  function numberOf(set: SelectionSetNode): number {
    const number = numbers.get(set) ?? numbers.size;
    numbers.set(set, number);
    return number;
  }
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}

function fieldsByName(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): Iterable<readonly FieldNode[]> {
  const spread = new Set<string>();
  const byName = new Map<string, FieldNode[]>();
  for (const field of sets.flatMap((set) => fieldsOf(set, fragments, undefined, spread))) {
    const name = field.alias?.value ?? field.name.value;
    const fields = byName.get(name);
    if (fields === undefined) byName.set(name, [field]);
    else fields.push(field);
  }
  return byName.values();
}
