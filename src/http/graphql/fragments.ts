import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return new Map(fragments.map((node) => [node.name.value, node]));
}

/**
 * The fields of a selection and of its fragments, without the selections that `isKept` rejects. Each fragment is
 * visited once.
 */
export function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  isKept: (selection: SelectionNode) => boolean = () => true,
  seen = new Set<string>(),
  fields: FieldNode[] = [],
): readonly FieldNode[] {
  for (const selection of selections) {
    if (!isKept(selection)) continue;
    if (selection.kind === Kind.FIELD) fields.push(selection);
    else if (selection.kind === Kind.INLINE_FRAGMENT)
      fieldsOf(selection.selectionSet, fragments, isKept, seen, fields);
    else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) fieldsOf(fragment.selectionSet, fragments, isKept, seen, fields);
    }
  }
  return fields;
}
