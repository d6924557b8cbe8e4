import { WHERE_A_DATABASE_IS_USED, WHERE_SQL_DIFFERS } from './scripts/mysql-tests.mjs';

/** Tests are TypeScript modules; swc takes the types off, `npm run check:types` checks them. */
const project = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  // Sources import each other by the name that the compiled file will have.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

/** What runs on MySQL besides: some contract tests, or with MYSQL_TESTS=all everything that uses a database. */
const onMySql = {
  ...project,
  ...(process.env['MYSQL_TESTS'] === 'all' ? WHERE_A_DATABASE_IS_USED : WHERE_SQL_DIFFERS),
  displayName: 'MySQL',
  setupFiles: ['<rootDir>/tests/support/use-mysql.mjs'],
};

export default {
  projects: process.env['TEST_MYSQL_FOLDER'] ? [project, onMySql] : [project],
  globalSetup: '<rootDir>/tests/support/global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
  // Of a test that hangs; what is promised about time is measured by the test itself.
  testTimeout: 120_000,
  maxWorkers: 2,
  // Modules of past files stay in memory (ES modules of node:vm), and a large heap takes long to collect and to leave.
  workerIdleMemoryLimit: '400MB',
  testSequencer: '<rootDir>/tests/support/longest-first.mjs',
};
