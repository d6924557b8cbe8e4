/**
 * For tests that run on MySQL: the MySQL server of the run takes the place of MariaDB, and MySQL's program comes first
 * in PATH.
 */
import { delimiter } from 'node:path';

const { TEST_MYSQL_FOLDER, TEST_MYSQL_URL, TEST_MYSQL_EMPTY_DATA, PATH } = process.env;
process.env['PATH'] = [TEST_MYSQL_FOLDER, PATH].join(delimiter);
process.env['TEST_DATABASE_URL'] = TEST_MYSQL_URL;
process.env['TEST_EMPTY_DATA'] = TEST_MYSQL_EMPTY_DATA;
