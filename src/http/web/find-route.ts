import type { Route } from './route.js';

interface Found {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

const NONE: Readonly<Record<string, string>> = {};

/**
 * Returns a function that finds the route of a path as sent. The function compares the whole path first, then the
 * decoded segments: routes may have parameters, and paths may have needless percent-encoding.
 */
export function findRoutes(routes: readonly Route[]): (path: string) => Found | undefined {
  const exact = new Map(routes.map((route) => [route.path, { route, parameters: NONE }]));
  const templates = routes.map((route) => ({ route, segments: route.path.split('/') }));
  return (path) => {
    const found = path.includes('{') ? undefined : exact.get(path);
    if (found !== undefined) return found;
    const segments = decodedSegments(path);
    if (segments === undefined) return undefined;
    for (const { route, segments: template } of templates) {
      const parameters = parametersOf(template, segments);
      if (parameters !== undefined) return { route, parameters };
    }
    return undefined;
  };
}

/** The decoded segments; undefined when the path cannot be decoded. */
function decodedSegments(path: string): readonly string[] | undefined {
  const segments = path.split('/');
  if (!path.includes('%')) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** The parameters; undefined when the segments do not match the template. */
function parametersOf(
  template: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (template.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, expected] of template.entries()) {
    const given = segments[index] as string;
    if (expected.startsWith('{') && given !== '') parameters[expected.slice(1, -1)] = given;
    else if (given !== expected) return undefined;
  }
  return parameters;
}
