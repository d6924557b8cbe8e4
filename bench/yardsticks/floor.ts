import { createConnection } from 'mysql2';
import { databaseUrl, type StartContestant } from '../contestant-module.js';

/** The least that a Node.js client can do: it reads the rows of the C client's SELECT as bytes and drops each row. */
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
