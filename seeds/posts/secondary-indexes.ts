import type { Connection } from 'mysql2';
import { query } from './write-posts.js';

/**
 * Drops the non-unique indexes of an empty table. Building an index once, after all rows are inserted, takes a fraction
 * of the time of inserting each row at a random position of the index.
 *
 * @returns the SQL definitions of the dropped indexes, for `addIndexes`
 */
export async function dropIndexes(connection: Connection, table: string): Promise<readonly string[]> {
  const [shown] = (await query(connection, { sql: `SHOW CREATE TABLE ${table}` })) as [
    { readonly 'Create Table': string },
  ];
  const indexes = [...shown['Create Table'].matchAll(/^ *(KEY (`(?:[^`]|``)+`) .*?),?$/gm)];
  const drops = indexes.map(([, , name]) => `DROP KEY ${name}`);
  if (drops.length > 0) await query(connection, { sql: `ALTER TABLE ${table} ${drops.join(', ')}` });
  return indexes.map(([, definition]) => definition as string);
}

export async function addIndexes(
  connection: Connection,
  table: string,
  definitions: readonly string[],
): Promise<void> {
  if (definitions.length === 0) return;
  const adds = definitions.map((definition) => `ADD ${definition}`);
  await query(connection, { sql: `ALTER TABLE ${table} ${adds.join(', ')}` });
}
