import { findProgram } from '../../scripts/servers/programs.mjs';

/** Whether the tests' servers are MariaDB; otherwise they are MySQL. */
export const isMariaDb = (await findProgram('mariadb')).title.startsWith('MariaDB');
