/** A JSON Schema of 2020-12, as OpenAPI 3.1 uses it. */
export interface Schema {
  readonly [keyword: string]: unknown;
}

export interface Side {
  readonly what: string;
  /** The side that sends the values. The other side has to understand all of them. */
  readonly sender: 'caller' | 'service';
  readonly breaking: string[];
  readonly dangerous: string[];
}

interface Root {
  readonly schema: Schema;
  /** `components.schemas`. */
  readonly known: Readonly<Record<string, Schema>>;
}

/** Adds the changes for a client to `side`, when the first schema becomes the second. */
export function compareSchemas(before: Root, after: Root, side: Side): void {
  compareWhole(before.schema, after.schema, { ...side, before, after, path: [] });
}

interface Place extends Side {
  readonly before: Root;
  readonly after: Root;
  /**
   * The pairs of named schemas whose comparison is in progress. A pair in this list is not compared again, so that the
   * comparison of recursive schemas ends.
   */
  readonly path: readonly string[];
}

/** Keywords that do not restrict values. */
const SILENT = ['description', 'title', 'example', 'examples', 'default', 'deprecated', '$comment', 'id'];
const JUDGED = ['type', 'enum', 'const', 'properties', 'required', 'additionalProperties', 'items', 'anyOf'];
/** Keywords that limit a value. `true`: a higher limit allows more values. */
const BOUNDS: Readonly<Record<string, boolean>> = {
  minimum: false,
  maximum: true,
  minLength: false,
  maxLength: true,
  minItems: false,
  maxItems: true,
};

function compare(old: Schema, present: Schema, place: Place): void {
  if (JSON.stringify(old) === JSON.stringify(present) && !holdsReference(old)) return;
  const [olds, presents] = [alternatives(old, place.before), alternatives(present, place.after)];
  if (olds.length !== 1 || presents.length !== 1) return compareAlternatives(olds, presents, place);
  compareTypes(old, present, place);
  compareValues(old, present, place);
  compareProperties(old, present, place);
  if (isSchema(old['items']) && isSchema(present['items']))
    within('[]', old['items'], present['items'], place);
  compareBounds(old, present, place);
  const others = [...new Set([...Object.keys(old), ...Object.keys(present)])].filter(
    (keyword) => ![...SILENT, ...JUDGED, ...Object.keys(BOUNDS), '$ref'].includes(keyword),
  );
  for (const keyword of others) {
    if (JSON.stringify(old[keyword]) !== JSON.stringify(present[keyword]))
      place.dangerous.push(`${place.what} has another ${keyword}`);
  }
}

/**
 * Compares the alternatives of `anyOf` or `oneOf`. A single alternative besides null is compared with its counterpart.
 * With several, it is unknown which belong together: for each one that the sender may send, there must be one that the
 * receiver understands and beside which nothing breaks.
 */
function compareAlternatives(olds: readonly Schema[], presents: readonly Schema[], place: Place): void {
  const hadNull = olds.some(isNull);
  const hasNull = presents.some(isNull);
  if (place.sender === 'caller' && hadNull && !hasNull)
    place.breaking.push(`${place.what} may not be null any more`);
  if (place.sender === 'service' && !hadNull && hasNull) place.breaking.push(`${place.what} can be null now`);
  const [old, ...moreOlds] = olds.filter((one) => !isNull(one));
  const [present, ...morePresents] = presents.filter((one) => !isNull(one));
  if (old !== undefined && present !== undefined && moreOlds.length + morePresents.length === 0) {
    compare(old, present, place);
    return;
  }
  const fits = (one: Schema, other: Schema): boolean => {
    const changes = { breaking: [], dangerous: [] };
    compare(one, other, { ...place, ...changes });
    return changes.breaking.length === 0;
  };
  const everyOneFits =
    place.sender === 'caller'
      ? olds.every((one) => presents.some((other) => fits(one, other)))
      : presents.every((other) => olds.some((one) => fits(one, other)));
  if (!everyOneFits) place.breaking.push(`${place.what} has other alternatives`);
}

function compareTypes(old: Schema, present: Schema, place: Place): void {
  const [needed, offered] = place.sender === 'caller' ? [old, present] : [present, old];
  const offers = typesOf(offered);
  if (offers === undefined) return;
  const lost = (typesOf(needed) ?? ['anything']).filter(
    (type) => !offers.includes(type) && !(type === 'integer' && offers.includes('number')),
  );
  if (lost.length > 0)
    place.breaking.push(
      `${place.what} was ${(typesOf(old) ?? ['anything']).join(' or ')} and is ${(typesOf(present) ?? ['anything']).join(' or ')}`,
    );
}

function compareValues(old: Schema, present: Schema, place: Place): void {
  const [was, is] = [valuesOf(old), valuesOf(present)];
  if (place.sender === 'caller') {
    const lost = is === undefined ? [] : (was ?? ['other values']).filter((value) => !is.includes(value));
    if (lost.length > 0) place.breaking.push(`${place.what} may not be ${lost.join(' or ')} any more`);
  } else {
    const added = was === undefined ? [] : (is ?? ['other values']).filter((value) => !was.includes(value));
    if (added.length > 0) place.dangerous.push(`${place.what} can be ${added.join(' or ')} now`);
  }
}

function compareProperties(old: Schema, present: Schema, place: Place): void {
  const [olds, presents] = [propertiesOf(old), propertiesOf(present)];
  const [had, has] = [requiredOf(old), requiredOf(present)];
  for (const [name, schema] of Object.entries(olds)) {
    const same = presents[name];
    const what = `${place.what} ${name}`;
    if (same !== undefined) within(name, schema, same, place);
    else if (place.sender === 'service') place.breaking.push(`${what} is gone`);
    else if (present['additionalProperties'] === false) place.breaking.push(`${what} is not taken any more`);
    else place.dangerous.push(`${what} is not said to be taken any more`);
    if (place.sender === 'service' && same !== undefined && had.includes(name) && !has.includes(name))
      place.breaking.push(`${what} need not be there any more`);
  }
  for (const name of has) {
    if (place.sender === 'caller' && !had.includes(name))
      place.breaking.push(`${place.what} ${name} is required now`);
  }
  if (
    place.sender === 'caller' &&
    old['additionalProperties'] !== false &&
    present['additionalProperties'] === false
  )
    place.breaking.push(`${place.what} takes no other members any more`);
}

function compareBounds(old: Schema, present: Schema, place: Place): void {
  for (const [keyword, upward] of Object.entries(BOUNDS)) {
    const unbounded = upward ? Infinity : -Infinity;
    const was = (old[keyword] as number | undefined) ?? unbounded;
    const is = (present[keyword] as number | undefined) ?? unbounded;
    if (was === is) continue;
    const isWider = is > was === upward;
    const what = `${place.what} had ${keyword} ${was} and has ${is}`;
    if (place.sender === 'caller' && !isWider) place.breaking.push(what);
    if (place.sender === 'service' && isWider) place.dangerous.push(what);
  }
}

function within(name: string, old: Schema, present: Schema, place: Place): void {
  compareWhole(old, present, { ...place, what: `${place.what} ${name}` });
}

/** Resolves references, and compares the schemas. Skips a pair of named schemas that is already being compared. */
function compareWhole(old: Schema, present: Schema, place: Place): void {
  const isNamed = old['$ref'] !== undefined && present['$ref'] !== undefined;
  const pair = `${String(old['$ref'])} ${String(present['$ref'])}`;
  if (isNamed && place.path.includes(pair)) return;
  const path = isNamed ? [...place.path, pair] : place.path;
  compare(expand({ ...place.before, schema: old }), expand({ ...place.after, schema: present }), {
    ...place,
    path,
  });
}

/** Resolves `$ref`: returns the named schema together with the keywords beside `$ref`. */
function expand({ schema, known }: Root): Schema {
  const reference = schema['$ref'];
  if (typeof reference !== 'string') return schema;
  const target = known[reference.replace('#/components/schemas/', '')];
  if (target === undefined) throw new Error(`${reference} leads nowhere`);
  const { $ref: _reference, ...beside } = schema;
  return { ...expand({ schema: target, known }), ...beside };
}

function alternatives(schema: Schema, { known }: Root): readonly Schema[] {
  const listed = schema['anyOf'] ?? schema['oneOf'];
  if (!Array.isArray(listed)) return [schema];
  return (listed as Schema[]).map((one) => expand({ schema: one, known }));
}

function isNull(schema: Schema): boolean {
  return schema['type'] === 'null';
}

function typesOf({ type }: Schema): readonly string[] | undefined {
  return typeof type === 'string' ? [type] : Array.isArray(type) ? (type as string[]) : undefined;
}

function valuesOf(schema: Schema): readonly unknown[] | undefined {
  if ('const' in schema) return [schema['const']];
  return Array.isArray(schema['enum']) ? schema['enum'] : undefined;
}

function propertiesOf({ properties }: Schema): Readonly<Record<string, Schema>> {
  return (properties ?? {}) as Readonly<Record<string, Schema>>;
}

function requiredOf({ required }: Schema): readonly string[] {
  return Array.isArray(required) ? (required as string[]) : [];
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null;
}

/** Whether the schema has references. Equal texts with references can mean different schemas. */
function holdsReference(schema: Schema): boolean {
  return JSON.stringify(schema).includes('"$ref"');
}
