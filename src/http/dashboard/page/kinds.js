/** Loads the descriptions of the service's reports, from which forms, tables and texts are made. */

/**
 * @typedef {object} Column
 * @property {string} name The name in GraphQL.
 * @property {string} restName The name in REST.
 * @property {string} type `int32`, `day`, `text`, `count` or `decimal`.
 * @property {number} scale
 * @property {string} description
 * @property {boolean} isKey
 * @property {boolean} isTotal
 *
 * @typedef {object} Member
 * @property {string} name The name in GraphQL.
 * @property {string} restName The name in REST.
 * @property {string} type `int32`, `int64`, `decimal`, `text` or `instant`.
 * @property {boolean} isList
 * @property {string} description
 *
 * @typedef {object} Kind
 * @property {string} name
 * @property {string} title
 * @property {string} description
 * @property {readonly Column[]} columns
 * @property {readonly Member[]} filter
 *
 * @typedef {{ name: string, role: 'VIEWER' | 'OPERATOR' }} Requester
 */

const QUERY = `{
  requester { name role }
  reportKinds {
    name title description
    columns { name restName type scale description isKey isTotal }
    filter { name restName type isList description }
  }
}`;

/**
 * @param {import('./api.js').Api} api
 * @returns {Promise<{ requester: Requester, kinds: readonly Kind[] }>}
 */
export async function loadKinds(api) {
  const { requester, reportKinds } = await api.graphql(QUERY, {});
  return { requester, kinds: reportKinds };
}

/**
 * @param {readonly Kind[]} kinds
 * @param {string} name
 */
export function findKind(kinds, name) {
  return kinds.find((kind) => kind.name === name);
}

/**
 * The label of a column or condition: `order_count` is "Order count".
 * @param {{ restName: string }} named
 */
export function labelOf({ restName }) {
  return `${restName.charAt(0).toUpperCase()}${restName.slice(1).replaceAll('_', ' ')}`;
}

/**
 * The name of the report's GraphQL type: `PostsReport` for `posts`.
 * @param {Kind} kind
 */
export function typeOf({ name }) {
  const words = name.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Report`;
}

/**
 * A GraphQL selection of the filter members of all kinds. Empty if there are none.
 * @param {readonly Kind[]} kinds
 */
export function filterSelection(kinds) {
  const names = new Set(kinds.flatMap(({ filter }) => filter.map(({ name }) => name)));
  return names.size === 0 ? '' : `filter { ${[...names].join(' ')} }`;
}
