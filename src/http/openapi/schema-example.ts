import type { createOpenApiDocument } from './document.js';

type Document = ReturnType<typeof createOpenApiDocument>;

/** The members of JSON schema that this service's schemas use. */
interface Schema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minimum?: number;
}

/** A value that the schema allows: the schema's own example, or a value made from its parts. */
export function exampleOf(document: Document, schema: unknown): unknown {
  const { $ref, ...own } = schema as Schema;
  if ($ref !== undefined) return exampleOf(document, namedSchema(document, $ref));
  if (own.example !== undefined) return own.example;
  if (own.examples !== undefined) return own.examples[0];
  if (own.const !== undefined) return own.const;
  if (own.enum !== undefined) return own.enum[0];
  const choice = own.anyOf?.[0] ?? own.oneOf?.[0] ?? own.allOf?.[0];
  if (choice !== undefined) return exampleOf(document, choice);
  return exampleOfType(document, own);
}

function exampleOfType(
  document: Document,
  { type, format, properties = {}, items, minimum }: Schema,
): unknown {
  switch (typeof type === 'string' ? type : type?.[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(properties).map(([name, property]) => [name, exampleOf(document, property)]),
      );
    case 'array':
      return items === undefined ? [] : [exampleOf(document, items)];
    case 'integer':
    case 'number':
      return Math.max(0, minimum ?? 0);
    case 'boolean':
      return true;
    case 'string':
      return format === 'date-time' ? '2026-01-31T00:00:00.000Z' : 'text';
    default:
      return null;
  }
}

function namedSchema({ components }: Document, ref: string): unknown {
  return components?.schemas?.[ref.split('/').at(-1) ?? ''] ?? {};
}
