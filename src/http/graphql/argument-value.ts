import { getOperationAST, Kind, type ExecutionArgs, type FieldNode, type ValueNode } from 'graphql';

export type RequestedOperation = Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues'>;

/**
 * The value of a field's argument if it is an integer or a string: written in the document, or from a variable or its
 * default. Otherwise undefined.
 */
export function argumentValue(
  { arguments: given = [] }: FieldNode,
  name: string,
  { document, operationName, variableValues }: RequestedOperation,
): unknown {
  const value = given.find((argument) => argument.name.value === name)?.value;
  if (value?.kind !== Kind.VARIABLE) return literalOf(value);
  const variable = value.name.value;
  if (variableValues && Object.hasOwn(variableValues, variable)) return variableValues[variable];
  const definitions = getOperationAST(document, operationName)?.variableDefinitions ?? [];
  return literalOf(definitions.find((one) => one.variable.name.value === variable)?.defaultValue);
}

function literalOf(value: ValueNode | undefined): unknown {
  if (value?.kind === Kind.INT) return Number(value.value);
  return value?.kind === Kind.STRING ? value.value : undefined;
}
