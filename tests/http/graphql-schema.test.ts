import { CATALOG } from '../support/reports.js';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isObjectType,
  printSchema,
  lexicographicSortSchema,
} from 'graphql';
import { loadSchema } from '../../src/http/graphql/schema.js';

const schema = loadSchema(CATALOG);
const ownTypes = Object.values(schema.getTypeMap()).filter(
  ({ name }) => !name.startsWith('__') && !['ID', 'String', 'Int', 'Float', 'Boolean'].includes(name),
);

describe('the schema', () => {
  test('is what schema.graphql says', () => {
    const sdl = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
    const normal = (some: GraphQLSchema) =>
      printSchema(lexicographicSortSchema(some)).replace(/ @specifiedBy\(url: "[^"]*"\)/g, '');
    expect(schema).toBeInstanceOf(GraphQLSchema);
    expect(normal(schema)).toBe(normal(sdl));
  });

  test('describes every type, field, argument, value and member', () => {
    const silent: string[] = [];
    const check = (place: string, { description }: { description?: string | null | undefined }): void => {
      if (!description) silent.push(place);
    };
    for (const type of ownTypes) {
      check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (!isObjectType(type) && !isInputObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        if ('args' in field)
          for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
    expect(silent).toEqual([]);
  });
});
