/**
 * A column's name as MySQL quotes it. Knex would take `sold as gift` for an alias, `a.b` for a column of the table `a`,
 * and `*` for every column.
 */
export function columnName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
