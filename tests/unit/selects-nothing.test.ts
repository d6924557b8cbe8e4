import { describe, expect, test } from '@jest/globals';
import { getOperationAST, parse, type OperationDefinitionNode } from 'graphql';
import { selectsNothing } from '../../src/http/graphql/selects-nothing.js';

describe('an operation selects nothing', () => {
  test.each<[text: string, variables: Record<string, unknown>, isEmpty: boolean]>([
    ['subscription { a }', {}, false],
    ['subscription { a @skip(if: true) }', {}, true],
    ['subscription { a @include(if: false) }', {}, true],
    ['subscription { a @include(if: true) @skip(if: true) }', {}, true],
    ['subscription S($on: Boolean!) { a @include(if: $on) }', { on: false }, true],
    ['subscription S($on: Boolean!) { a @include(if: $on) }', { on: true }, false],
    ['subscription S($on: Boolean!) { a @include(if: $on) }', { on: 'false' }, false],
    ['subscription S($on: Boolean! = false) { a @include(if: $on) }', {}, true],
    ['subscription S($toString: Boolean! = false) { a @include(if: $toString) }', {}, true],
    ['subscription { ... @include(if: false) { a } }', {}, true],
    ['subscription { ...F } fragment F on Subscription { a @skip(if: true) }', {}, true],
    ['subscription { ...F @skip(if: true) } fragment F on Subscription { a }', {}, true],
    ['subscription { ...F } fragment F on Subscription { ... { a } }', {}, false],
  ])('%s with %j: %s', (text, variables, isEmpty) => {
    const document = parse(text);
    const operation = getOperationAST(document) as OperationDefinitionNode;
    expect(selectsNothing(document, operation, variables)).toBe(isEmpty);
  });
});
