import { findProgram } from '../../scripts/servers/programs.mjs';

/** Whether the tests run on MariaDB; otherwise they run on MySQL. */
export const isMariaDb = (await findProgram('mariadb')).title.startsWith('MariaDB');
