import { z } from 'zod';
import { InputError, type InputMistake } from '../web/input-error.js';

/** The maximum number of mistakes that an answer lists. */
const MAX_MISTAKES = 20;

/** @throws InputError with every mistake */
type QueryParser<Shape extends z.core.$ZodLooseShape> = (
  query: URLSearchParams,
) => z.output<z.ZodObject<Shape>>;

/**
 * Returns a parser of queries. Unknown names and repeated values are mistakes: without this check, a misspelled
 * condition would report the whole table. Call it once per route, because Zod compiles each object schema on first use.
 */
export function queryParser<Shape extends z.core.$ZodLooseShape>(shape: Shape): QueryParser<Shape> {
  const schema = z.object(shape);
  return (query) => parseQuery(schema, query);
}

function parseQuery<Shape extends z.core.$ZodLooseShape>(
  whole: z.ZodObject<Shape>,
  query: URLSearchParams,
): z.output<z.ZodObject<Shape>> {
  const { shape } = whole;
  const mistakes: InputMistake[] = [];
  const values: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const given = query.getAll(name);
    const schema = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (schema === undefined) mistakes.push(unknownParameter(name, Object.keys(shape)));
    else if (isList(schema)) values[name] = given;
    else if (given.length === 1) values[name] = given[0];
    else mistakes.push({ parameter: name, detail: `${name} must be given once only.` });
  }
  const parsed = whole.safeParse(values);
  if (!parsed.success) {
    mistakes.push(
      ...parsed.error.issues.map(({ path, message }) => {
        const parameter = String(path[0]);
        return { parameter, detail: `${parameter} ${message}` };
      }),
    );
  }
  refuse(mistakes);
  if (!parsed.success) throw parsed.error;
  return parsed.data;
}

/**
 * Parses the members of a JSON object.
 * @throws InputError with every mistake
 */
export function parseMembers<Output>(schema: z.ZodType<Output>, members: unknown): Output {
  requireObject(members);
  const parsed = schema.safeParse(members);
  if (parsed.success) return parsed.data;
  refuse(parsed.error.issues.flatMap(mistakesOf));
  throw parsed.error;
}

function requireObject(value: unknown): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return;
  const what = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw new InputError([{ pointer: '', detail: `The body must be a JSON object, but is ${what}.` }]);
}

function mistakesOf(issue: z.core.$ZodIssue): InputMistake[] {
  const paths =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({
    pointer: path.map((part) => `/${escaped(String(part))}`).join(''),
    detail: `${path.join('.')} ${issue.message}`,
  }));
}

function refuse(mistakes: readonly InputMistake[]): void {
  const [first, ...others] = mistakes.slice(0, MAX_MISTAKES);
  if (first !== undefined) throw new InputError([first, ...others]);
}

function unknownParameter(name: string, known: readonly string[]): InputMistake {
  const help = known.length === 0 ? 'this address takes no query' : `known are ${known.join(', ')}`;
  return { parameter: name, detail: `${JSON.stringify(name)} is not a known query parameter; ${help}.` };
}

function isList(schema: z.core.$ZodType): boolean {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return inner instanceof z.ZodArray;
}

/** Escapes a part of a JSON pointer (RFC 6901). */
function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
