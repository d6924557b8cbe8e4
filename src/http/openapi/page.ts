import type { createOpenApiDocument } from './document.js';
import { exampleOf } from './schema-example.js';

type Document = ReturnType<typeof createOpenApiDocument>;
type PathItem = NonNullable<Document['paths']>[string];
type Operation = NonNullable<PathItem['get']>;

/** The page's Content-Security-Policy: no script, and nothing from other origins. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Renders /openapi.json for people. */
export function renderPage(document: Document): string {
  const { info, tags = [], paths = {} } = document;
  const operations = Object.entries(paths).flatMap(([path, { get, post }]) => [
    ...(post === undefined ? [] : [{ method: 'POST', path, operation: post }]),
    ...(get === undefined ? [] : [{ method: 'GET', path, operation: get }]),
  ]);
  const sections = tags.map(({ name, description = '' }) => {
    const own = operations.filter(({ operation }) => operation.tags?.includes(name) === true);
    const shown = own.map(({ method, path, operation }) =>
      renderOperation(document, method, path, operation),
    );
    return `<h2>${text(description)}</h2>${shown.join('')}`;
  });
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${text(info.title)}</title>
<link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">
<meta name="viewport" content="width=device-width"><style>${STYLE}</style></head><body><main>
<h1>${text(info.title)}</h1>${paragraphs(info.description)}
<p>For programs: <a href="/openapi.json">/openapi.json</a>. For GraphQL: <a href="/graphql">/graphql</a>.</p>
${sections.join('\n')}</main></body></html>
`;
}

function renderOperation(document: Document, method: string, path: string, operation: Operation): string {
  const inputs = (operation.parameters ?? []).map((parameter) =>
    'name' in parameter
      ? row(parameter.name, parameter.in, parameter.description)
      : row(parameter.$ref, '', undefined),
  );
  const responses = Object.entries(operation.responses ?? {}) as readonly [string, Content][];
  const answers = responses.map(([status, { description, content = {} }]) =>
    row(status, Object.keys(content).join(' '), description),
  );
  const success = responses.find(([status]) => status.startsWith('2'))?.[1];
  const body = operation.requestBody as Content | undefined;
  return `<section id="${text(operation.operationId ?? '')}"><h3><b>${method}</b> <code>${text(path)}</code></h3>
<p><strong>${text(operation.summary ?? '')}</strong></p>${paragraphs(operation.description)}
${table('Takes', inputs)}${example(document, 'Body', body)}${table('Answers', answers)}
${example(document, 'Answer, for example', success)}</section>`;
}

interface Content {
  readonly description?: string;
  readonly content?: Readonly<Record<string, { readonly schema?: unknown; readonly example?: unknown }>>;
}

/** An example for each media type: the document's own, or for JSON a value made from the schema. */
function example(document: Document, title: string, { content = {} }: Content = {}): string {
  return Object.entries(content)
    .map(([type, { schema, example: given }]) => {
      const isJson = type === 'application/json';
      const value = given ?? (isJson && schema !== undefined ? exampleOf(document, schema) : undefined);
      if (value === undefined || isEmpty(value)) return '';
      const shown = typeof value === 'string' && !isJson ? value : JSON.stringify(value, null, 2);
      return `<h4>${title} <code>${text(type)}</code></h4><pre tabindex="0">${escaped(shown)}</pre>`;
    })
    .join('');
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function table(title: string, rows: readonly string[]): string {
  return rows.length === 0 ? '' : `<h4>${title}</h4><table>${rows.join('')}</table>`;
}

function row(name: string, kind: string, description: string | undefined): string {
  return `<tr><th><code>${text(name)}</code></th><td>${text(kind)}</td><td>${text(description ?? '')}</td></tr>`;
}

function paragraphs(markdown = ''): string {
  return markdown
    .split('\n\n')
    .map((paragraph) => (paragraph === '' ? '' : `<p>${text(paragraph)}</p>`))
    .join('');
}

/** Escapes HTML, and makes `code` elements of text between backticks. */
function text(plain: string): string {
  return escaped(plain).replace(/`([^`]*)`/g, '<code>$1</code>');
}

function escaped(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const STYLE = `
:root { color-scheme: light dark; background: Canvas; color: CanvasText }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word }
section { border-top: 1px solid #8886; margin-top: 1.5rem }
h4 { margin: 1rem 0 .25rem }
table { border-collapse: collapse }
th { text-align: left; font-weight: normal }
td:last-child { overflow-wrap: anywhere }
th, td { padding: .15rem 1rem .15rem 0; vertical-align: top }
code, pre { font: 0.9em ui-monospace, monospace }
h3 code { overflow-wrap: anywhere }
pre { max-height: 22rem; margin: .25rem 0; padding: .5rem; border: 1px solid #8886; border-radius: .4rem; overflow: auto }
@media (max-width: 40rem) {
  tr, th, td { display: block; padding-right: 0 }
  tr { padding: .3rem 0 }
}
`;
