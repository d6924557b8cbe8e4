import { createConnection } from 'mysql2';
import { databaseUrl, type StartContestant } from '../contestant-module.js';

/** The minimum for Node.js: the same SELECT, each row received from the driver as bytes and dropped. */
export const readAndDiscard: StartContestant = async () => {
  const connection = createConnection(databaseUrl());
  const sql = `SELECT ${process.env['BENCH_COLUMNS']} FROM posts`;
  return async () =>
    await new Promise<string>((resolve, reject) => {
      let rows = 0;
      connection
        .query({ sql, typeCast: (field) => field.buffer() })
        .on('result', () => {
          rows += 1;
        })
        .on('error', reject)
        .on('end', () => resolve(`${rows} rows`));
    });
};
