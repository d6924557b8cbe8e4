import {
  getNamedType,
  getNullableType,
  getOperationAST,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type NamedTypeNode,
  type SelectionSetNode,
} from 'graphql';
import { argumentValue, type RequestedOperation } from './argument-value.js';
import { fragmentsOf } from './fragments.js';

/** The length that is assumed for a list without `first` argument and without entry in `Lengths`. */
const USUAL_LENGTH = 10;

/**
 * The cost of a field or of one list entry, without its selected fields. `name` is `Type.field` for a field, and the
 * type's name for an entry. `key` is the field's name in the response.
 */
export type Weight = (name: string, key: string) => number;

/** The maximum number of entries of list fields that have no `first` argument, by `Type.field`. */
export type Lengths = ReadonlyMap<string, number>;

type Composite = GraphQLObjectType | GraphQLInterfaceType;

/**
 * An upper bound of the cost of an operation, in the unit of `weightOf`. The values that `__schema` and `__type` return
 * are counted in `introspection-cost.ts`.
 */
export function operationCost(
  schema: GraphQLSchema,
  operation: RequestedOperation,
  { weightOf, lengths }: { readonly weightOf: Weight; readonly lengths: Lengths },
): number {
  const definition = getOperationAST(operation.document, operation.operationName);
  const rootType = definition && schema.getRootType(definition.operation);
  if (!definition || !rootType) return 0;
  const fragments = fragmentsOf(operation.document);
  /**
   * The costs of counted fragments, by type and assumed list length, so that a fragment is counted once and not per
   * spread.
   */
  const known = new Map<string, number>();

  return costOf(definition.selectionSet, rootType, USUAL_LENGTH);

  /** @param size the assumed length of list fields that are selected here and are missing in `lengths` */
  function costOf({ selections }: SelectionSetNode, type: Composite, size: number): number {
    let cost = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) cost += fieldCost(selection, type, size);
      else if (selection.kind === Kind.INLINE_FRAGMENT)
        cost += costOf(selection.selectionSet, conditionOf(selection.typeCondition, type), size);
      else cost += spreadCost(selection.name.value, type, size);
    }
    return cost;
  }

  /**
   * The type with which a fragment is counted. On an interface, the costs of the fragments on all its types are added
   * up: an upper bound, because each value has only one type.
   */
  function conditionOf(condition: NamedTypeNode | undefined, type: Composite): Composite {
    const named = condition && schema.getType(condition.name.value);
    return isObjectType(named) || isInterfaceType(named) ? named : type;
  }

  function spreadCost(name: string, type: Composite, size: number): number {
    const key = `${name} ${type.name} ${size}`;
    const fragment = fragments.get(name);
    const cost =
      known.get(key) ??
      (fragment ? costOf(fragment.selectionSet, conditionOf(fragment.typeCondition, type), size) : 0);
    known.set(key, cost);
    return cost;
  }

  function fieldCost(node: FieldNode, parent: Composite, size: number): number {
    const key = node.alias?.value ?? node.name.value;
    const field = parent.getFields()[node.name.value];
    if (field === undefined) return weightOf(node.name.value, key); // an introspection field such as `__typename`
    const name = `${parent.name}.${field.name}`;
    const own = weightOf(name, key);
    const type = getNamedType(field.type);
    if (node.selectionSet === undefined || !(isObjectType(type) || isInterfaceType(type))) return own;
    if (!isListType(getNullableType(field.type)))
      return own + costOf(node.selectionSet, type, requestedSize(node, field, size));
    const length = lengths.get(name) ?? size;
    const below = costOf(node.selectionSet, type, length > 1 ? USUAL_LENGTH : size);
    return own + length * (weightOf(type.name, '') + below);
  }

  function requestedSize(node: FieldNode, field: GraphQLField<unknown, unknown>, inherited: number): number {
    const argument = field.args.find(({ name }) => name === 'first' || name === 'limit');
    if (argument === undefined) return inherited;
    return sizeOf(argumentValue(node, argument.name, operation) ?? argument.defaultValue);
  }
}

/** An invalid page size counts as 1, because other checks refuse the operation. */
function sizeOf(value: unknown): number {
  return typeof value === 'number' && value >= 1 && value <= 1000 ? value : 1;
}
