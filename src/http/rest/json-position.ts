/** What may stand where in JSON; `depth` keeps the brackets that are open. */
const TOKEN =
  /[{}[\]:,]|"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/uy;
const SPACE = /[ \t\n\r]*/y;

/**
 * Where text stops being JSON, as `line 2, column 7`. `JSON.parse` says it in words that differ with the version of
 * V8, and mostly without the place.
 */
export function whereJsonBreaks(text: string): string {
  const before = text.slice(0, breakOffset(text));
  const line = before.split('\n').length;
  return `line ${line}, column ${before.length - before.lastIndexOf('\n')}`;
}

function breakOffset(text: string): number {
  const open: string[] = [];
  let expects: Expectation = 'value';
  let offset = 0;
  for (;;) {
    offset = skip(SPACE, text, offset);
    const end = skip(TOKEN, text, offset);
    const token = text.slice(offset, end);
    const next: Expectation | undefined = token === '' ? undefined : after(expects, token, open);
    if (next === undefined) return offset;
    expects = next;
    offset = end;
  }
}

/** `firstValue` and `firstKey` may also be the end of what has just been opened. */
type Expectation = 'value' | 'firstValue' | 'key' | 'firstKey' | 'colon' | 'comma' | 'end';

/** What may follow `token` where `expects` is due; undefined when it must not stand there. */
function after(expects: Expectation, token: string, open: string[]): Expectation | undefined {
  const closes =
    (expects === 'comma' || expects === 'firstValue' || expects === 'firstKey') && token === open.at(-1);
  if (closes) {
    open.pop();
    return open.length === 0 ? 'end' : 'comma';
  }
  switch (expects) {
    case 'value':
    case 'firstValue':
      if (token === '{') return push(open, '}', 'firstKey');
      if (token === '[') return push(open, ']', 'firstValue');
      if (/^[}\],:]$/.test(token)) return undefined;
      return open.length === 0 ? 'end' : 'comma';
    case 'key':
    case 'firstKey':
      return token.startsWith('"') ? 'colon' : undefined;
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'comma':
      if (token !== ',') return undefined;
      return open.at(-1) === '}' ? 'key' : 'value';
    case 'end':
      return undefined;
  }
}

function push(open: string[], closing: string, next: Expectation): Expectation {
  open.push(closing);
  return next;
}

function skip(pattern: RegExp, text: string, offset: number): number {
  pattern.lastIndex = offset;
  return pattern.test(text) ? pattern.lastIndex : offset;
}
