import type { Changes } from './changes.js';
import { compareSchemas, type Schema, type Side } from './compare-schemas.js';

/** The members of OpenAPI 3.1 that /openapi.json uses. */
export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Partial<Record<string, unknown>>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
  readonly security?: readonly object[];
}

interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses?: Readonly<Record<string, Answer>>;
  readonly security?: readonly object[];
}

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Answer {
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema?: Schema }>>;
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * Returns the changes for a client of the first document that uses the second. The comparison is our own, because no
 * maintained package for npm compares OpenAPI 3.1 (openapi-diff 0.24 reads 3.0, api-smart-diff has had no release since
 * 2023). A change that it cannot classify counts as dangerous.
 */
export function compareOpenApi(before: OpenApiDocument, after: OpenApiDocument): Changes {
  const breaking: string[] = [];
  const dangerous: string[] = [];
  const compare = (
    old: Schema | undefined,
    present: Schema | undefined,
    at: { what: string; sender: Side['sender'] },
  ): void =>
    compareSchemas(
      { schema: old ?? {}, known: before.components?.schemas ?? {} },
      { schema: present ?? {}, known: after.components?.schemas ?? {} },
      { ...at, breaking, dangerous },
    );

  for (const [path, item] of Object.entries(before.paths ?? {})) {
    for (const method of METHODS) {
      const old = item[method] as Operation | undefined;
      if (old === undefined) continue;
      const what = `${method.toUpperCase()} ${path}`;
      const present = after.paths?.[path]?.[method] as Operation | undefined;
      if (present === undefined) {
        breaking.push(`${what} is gone`);
        continue;
      }
      if (old.operationId !== present.operationId)
        breaking.push(
          `${what} was ${old.operationId} and is ${present.operationId}: made clients have names`,
        );
      if (isOpen(old, before) && !isOpen(present, after)) breaking.push(`${what} asks for a token now`);
      compareParameters(what, old, present);
      compareBodies(what, old, present);
      compareAnswers(what, old, present);
    }
  }
  return { breaking, dangerous };

  function compareParameters(what: string, old: Operation, present: Operation): void {
    const olds = old.parameters ?? [];
    const presents = present.parameters ?? [];
    for (const parameter of olds) {
      const at = `${what} ${parameter.in} ${parameter.name}`;
      const same = presents.find((one) => isSame(one, parameter));
      if (same === undefined) {
        breaking.push(`${at} is not taken any more`);
        continue;
      }
      if (parameter.required !== true && same.required === true) breaking.push(`${at} is required now`);
      compare(parameter.schema, same.schema, { what: at, sender: 'caller' });
    }
    for (const parameter of presents) {
      if (parameter.required === true && !olds.some((one) => isSame(one, parameter)))
        breaking.push(`${what} ${parameter.in} ${parameter.name} is new and required`);
    }
  }

  function compareBodies(what: string, old: Operation, present: Operation): void {
    if (present.requestBody?.required === true && old.requestBody?.required !== true)
      breaking.push(`${what} asks for a body now`);
    for (const [type, { schema }] of Object.entries(old.requestBody?.content ?? {})) {
      const same = present.requestBody?.content[type];
      if (same === undefined) breaking.push(`${what} takes no body of type ${type} any more`);
      else compare(schema, same.schema, { what: `${what} body`, sender: 'caller' });
    }
  }

  function compareAnswers(what: string, old: Operation, present: Operation): void {
    for (const [status, answer] of Object.entries(old.responses ?? {})) {
      const at = `${what} ${status}`;
      const same = present.responses?.[status];
      if (same === undefined) {
        if (isSuccess(status)) breaking.push(`${at} is not answered any more`);
        continue;
      }
      for (const [name, header] of Object.entries(answer.headers ?? {})) {
        const kept = same.headers?.[name];
        if (kept === undefined) breaking.push(`${at} has no header ${name} any more`);
        else if (header.required === true && kept.required !== true)
          breaking.push(`${at} need not have the header ${name} any more`);
        else compare(header.schema, kept.schema, { what: `${at} ${name}`, sender: 'service' });
      }
      for (const [type, { schema }] of Object.entries(answer.content ?? {})) {
        const kept = same.content?.[type];
        if (kept === undefined) breaking.push(`${at} is not given as ${type} any more`);
        else compare(schema, kept.schema, { what: at, sender: 'service' });
      }
    }
    for (const status of Object.keys(present.responses ?? {})) {
      if (old.responses?.[status] === undefined) dangerous.push(`${what} can answer ${status} now`);
    }
  }
}

function isSame(a: Parameter, b: Parameter): boolean {
  const named = (parameter: Parameter): string =>
    parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
  return a.in === b.in && named(a) === named(b);
}

function isOpen({ security }: Operation, document: OpenApiDocument): boolean {
  return (security ?? document.security ?? []).every((scheme) => Object.keys(scheme).length === 0);
}

function isSuccess(status: string): boolean {
  return status < '4';
}
