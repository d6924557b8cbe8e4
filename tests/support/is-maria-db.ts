import { findProgram } from '../../scripts/servers/programs.mjs';

/** Whether the tests' servers are MariaDB; else they are MySQL. */
export const isMariaDb = (await findProgram('mariadb')).title.startsWith('MariaDB');
