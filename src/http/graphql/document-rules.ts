import {
  GraphQLError,
  OperationTypeNode,
  SingleFieldSubscriptionsRule,
  validate,
  ValuesOfCorrectTypeRule,
  type ASTVisitor,
  type FieldNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { fieldsOf, fragmentsOf } from './fragments.js';
import { MAX_ERRORS } from './present-error.js';

/** Validates with the rules of the GraphQL specification, our error codes and a limited number of errors. */
export function useDocumentRules(): Plugin {
  return {
    onValidate: ({ setValidationFn }) =>
      setValidationFn(((schema, document, rules = []) =>
        validate(
          schema,
          document,
          rules.map((rule) => OURS.get(rule) ?? rule),
          { maxErrors: MAX_ERRORS - 1 }, // the library adds an error that says that there are more
        )) satisfies typeof validate),
  };
}

const OURS: ReadonlyMap<ValidationRule, ValidationRule> = new Map([
  [ValuesOfCorrectTypeRule, valuesOfCorrectType],
  [SingleFieldSubscriptionsRule, singleFieldSubscriptions],
]);

/** The rule "Values of Correct Type", but its errors have the code that a wrong value of a variable also gets. */
function valuesOfCorrectType(context: ValidationContext): ASTVisitor {
  const reportError = (error: GraphQLError): void => {
    error.extensions['code'] = 'BAD_USER_INPUT';
    context.reportError(error);
  };
  return ValuesOfCorrectTypeRule(Object.create(context, { reportError: { value: reportError } }));
}

/**
 * A subscription must have exactly one field, which must not be an introspection field. The rule of GraphQL.js (16.15)
 * throws when `@skip` or `@include` on the field has a variable. This rule ignores the directives.
 */
function singleFieldSubscriptions(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (node.operation !== OperationTypeNode.SUBSCRIPTION) return;
      const name = node.name === undefined ? 'Anonymous Subscription' : `Subscription "${node.name.value}"`;
      const fields = fieldsOf(node.selectionSet, fragmentsOf(context.getDocument()));
      const others = fields.filter((field) => keyOf(field) !== keyOf(fields[0]));
      if (others.length > 0)
        context.reportError(
          new GraphQLError(`${name} must select only one top level field.`, { nodes: others }),
        );
      const meta = fields.filter((field) => field.name.value.startsWith('__'));
      if (meta.length > 0) {
        const message = `${name} must not select an introspection top level field.`;
        context.reportError(new GraphQLError(message, { nodes: meta }));
      }
    },
  };
}

function keyOf(field: FieldNode | undefined): string | undefined {
  return field?.alias?.value ?? field?.name.value;
}
