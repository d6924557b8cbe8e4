import { randomUUID } from 'node:crypto';
import {
  GraphQLError,
  validate,
  ValuesOfCorrectTypeRule,
  type ASTVisitor,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { handleStreamOrSingleExecutionResult, type Plugin } from 'graphql-yoga';
import type { Logger } from '../../jobs/ports/logger.js';
import type { GraphQLContext } from './context.js';
import { presentError } from './present-error.js';

/** Gives every error of an operation the form that callers rely on. */
export function useErrors(logger: Logger): Plugin<GraphQLContext> {
  const present = (
    context: GraphQLContext,
    { result, setResult }: { result: ExecutionResult; setResult: (result: ExecutionResult) => void },
  ): void => {
    if (result.errors === undefined) return;
    const { requestId, signal } = context;
    const errors = result.errors.map((error) => presentError(error, { logger, requestId, signal }));
    setResult({ ...result, errors });
  };
  return {
    onValidate: ({ setValidationFn }) => setValidationFn(validateWithCodes),
    onExecute: ({ context }) => ({
      onExecuteDone: (done) =>
        handleStreamOrSingleExecutionResult(done, (payload) => present(context, payload)),
    }),
    onSubscribe: ({ context }) => ({
      onSubscribeResult: (started) =>
        handleStreamOrSingleExecutionResult(started, (payload) => present(context, payload)),
    }),
  };
}

/** For errors outside of an operation, such as a body that is no JSON; Yoga asks for it in this form. */
export function maskError(logger: Logger) {
  return (error: unknown): GraphQLError => presentError(error, { logger, requestId: randomUUID() });
}

function validateWithCodes(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): readonly GraphQLError[] {
  return validate(
    schema,
    document,
    rules.map((rule) => (rule === ValuesOfCorrectTypeRule ? valuesOfCorrectType : rule)),
  );
}

/** The rule of the specification; what it finds is a wrong value, and gets the code of one. */
function valuesOfCorrectType(context: ValidationContext): ASTVisitor {
  const reportError = (error: GraphQLError): void => {
    error.extensions['code'] = 'BAD_USER_INPUT';
    context.reportError(error);
  };
  return ValuesOfCorrectTypeRule(Object.create(context, { reportError: { value: reportError } }));
}
