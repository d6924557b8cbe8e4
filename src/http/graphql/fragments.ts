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

/** The fields of a selection and of its fragments that `isKept` accepts; each fragment is visited once. */
export function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  isKept: (selection: SelectionNode) => boolean = () => true,
  seen = new Set<string>(),
): readonly FieldNode[] {
  return selections.filter(isKept).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return fieldsOf(selection.selectionSet, fragments, isKept, seen);
    const name = selection.name.value;
    const fragment = seen.has(name) ? undefined : fragments.get(name);
    seen.add(name);
    return fragment === undefined ? [] : fieldsOf(fragment.selectionSet, fragments, isKept, seen);
  });
}
