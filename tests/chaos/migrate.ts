import knexModule from 'knex';

/**
 * Makes the service's tables.
 *
 * @param directory of the migrations
 */
export async function migrate(url: string, directory: string): Promise<void> {
  const knex = knexModule.knex({ client: 'mysql2', connection: url });
  try {
    await knex.migrate.latest({ directory, extension: 'ts', loadExtensions: ['.ts'] });
  } finally {
    await knex.destroy();
  }
}
