import { Kind, type DirectiveNode, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { fieldsOf, fragmentsOf } from './fragments.js';

/**
 * Whether `@skip` and `@include` exclude every field of an operation. GraphQL.js 16.15 accepts a subscription without
 * fields as valid, but throws when it executes the subscription.
 */
export function selectsNothing(
  document: DocumentNode,
  { selectionSet, variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  /** The value of the argument `if`. The executor refuses a value that is not a boolean. */
  const condition = (directive: DirectiveNode): unknown => {
    const value = directive.arguments?.find(({ name }) => name.value === 'if')?.value;
    if (value?.kind === Kind.BOOLEAN) return value.value;
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    if (Object.hasOwn(variables, name)) return variables[name];
    const definition = variableDefinitions.find((one) => one.variable.name.value === name);
    return definition?.defaultValue?.kind === Kind.BOOLEAN ? definition.defaultValue.value : undefined;
  };
  const fields = fieldsOf(selectionSet, fragmentsOf(document), ({ directives = [] }) =>
    directives.every((directive) => condition(directive) !== (directive.name.value === 'skip')),
  );
  return fields.length === 0;
}
