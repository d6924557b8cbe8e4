/** Which test files run on MySQL as well as on MariaDB, as options of jest. */

/** Contract tests of the statements on which MySQL and MariaDB differ most. `npm test` runs them. */
export const WHERE_SQL_DIFFERS = {
  testMatch: ['**/tests/contract/{job-store,result-store,migrations,server-settings}.test.ts'],
  testPathIgnorePatterns: [],
};

/** All tests whose result can depend on the database server. CI and `npm run test:mysql` run them. */
export const WHERE_A_DATABASE_IS_USED = {
  testMatch: ['**/tests/{contract,http,e2e}/**/*.test.ts'],
  testPathIgnorePatterns: [
    // Brokers, scripted servers, pages, downloads and HTTP itself: these depend on no statement.
    '/tests/contract/(bee|broker|connect-messaging|finished|job-events|queue-names|rabbitmq|redis|row-source-protocol)',
    '/tests/http/(auth|buffering-proxy|dashboard|graphql-(page|schema|unknown-documents)|http-server|keep-alive)',
    '/tests/http/(names-and-origins|pipelined|stalled-readers|upgrades)',
    '/tests/e2e/(browser|commands-download|commands-without-service|documents|examples|tethered)',
    // Brokers and processes fail in these, and the database does not. Other files have the same statements.
    '/tests/e2e/(broker-cluster|commands-start-rabbitmq|leaving|move-broker|production|redis-failover|stock-clients)',
    // MySQL refuses the login of `mariadb-dump`. The figures of the claims are MariaDB's.
    '/tests/e2e/(backup|bench)',
  ],
};
