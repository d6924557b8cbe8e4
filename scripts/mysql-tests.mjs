/** Which test files run on MySQL as well as on MariaDB, as options of jest. */

/** Contract tests whose statements MySQL may take otherwise than MariaDB. `npm test` runs them. */
export const WHERE_SQL_DIFFERS = {
  testMatch: ['**/tests/contract/{job-store,result-store,migrations,server-settings}.test.ts'],
  testPathIgnorePatterns: [],
};

/** All to which a database server can make a difference. CI and `npm run test:mysql` run them. */
export const WHERE_A_DATABASE_IS_USED = {
  testMatch: ['**/tests/{contract,http,e2e}/**/*.test.ts'],
  testPathIgnorePatterns: [
    // No database: brokers, scripted servers, pages, HTTP itself.
    '/tests/contract/(bee|broker|connect-messaging|finished|job-events|queue-names|rabbitmq|redis|row-source-protocol)',
    '/tests/http/(auth|dashboard|graphql-page|graphql-schema|keep-alive|names-and-origins|upgrades)',
    '/tests/e2e/(browser|commands-download|commands-without-service|documents|examples|tethered)',
    // Other tests here have their statements: what fails and restarts in these is no database.
    '/tests/e2e/(broker-cluster|commands-start-rabbitmq|leaving|move-broker|production|redis-failover|stock-clients)',
    // MySQL refuses the login of MariaDB's dump, and the figures of the claims are MariaDB's.
    '/tests/e2e/(backup|bench)',
  ],
};
