import type { Connection } from 'mysql2';
import { query } from './write-posts.js';

/**
 * Drops the indexes of an empty table that are not unique. To sort each of them once, after the rows, takes a fraction
 * of the time of inserting every row at a random place of it.
 *
 * @returns their definitions in SQL, for `addIndexes`
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
