/**
 * Writes the types of the resolvers, `src/http/graphql/schema-types.ts`, from `schema.graphql`. With `--check` it
 * writes nothing, and exits with 1 when the file is out of date.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as typescriptResolvers from '@graphql-codegen/typescript-resolvers';
import { parse } from 'graphql';
import { SHIPPED } from '../src/reports/kinds/index.js';
import { namesOf } from '../src/http/graphql/report-names.js';

const SCHEMA = new URL('../schema.graphql', import.meta.url);
const TARGET = new URL('../src/http/graphql/schema-types.ts', import.meta.url);

const config = {
  contextType: './context.js#GraphQLContext',
  // Resolvers of these schema types receive the core's types as parents.
  mappers: {
    AppliedReportFilter: '../../reports/canonical-filter.js#CanonicalFilter',
    FailedJobGroup: '../../jobs/ports/job-store.js#FailedJobGroup as StoredJobGroup',
    JobAttempt: '../../jobs/job.js#JobAttempt as StoredAttempt',
    Report: './readable-report.js#ReadableReport',
    ...Object.fromEntries(
      SHIPPED.map(({ report }) => [namesOf(report).report, './readable-report.js#ReadableReport']),
    ),
    ReportProgress: '../../jobs/job.js#JobProgress',
    QueueHealth: '../../jobs/find-jobs.js#QueueHealth as KnownQueueHealth',
    ReportJob: '../../jobs/job.js#ReportJob as StoredJob',
    ReportJobConnection: './job-connection.js#JobConnection',
  },
  scalars: {
    DateTime: { input: 'Date', output: 'Date | string' },
    ID: { input: 'string', output: 'string' },
    SafeInt: 'number',
  },
  emitLegacyCommonJSImports: false,
  enumsAsTypes: true,
  immutableTypes: true,
  inputMaybeValue: 'T | null | undefined',
  strictScalars: true,
  useTypeImports: true,
};

const text = await codegen({
  filename: 'schema-types.ts',
  schema: parse(await readFile(SCHEMA, 'utf8')),
  documents: [],
  config,
  plugins: [{ typescript: {} }, { 'typescript-resolvers': {} }],
  pluginMap: { typescript, 'typescript-resolvers': typescriptResolvers },
});
const generated = `// \`npm run generate\` makes this file from schema.graphql. Edit schema.graphql instead.\n${text}`;

if (process.argv.includes('--check')) {
  const present = await readFile(TARGET, 'utf8').catch(() => '');
  if (present !== generated) {
    console.error('src/http/graphql/schema-types.ts is not what schema.graphql says: npm run generate');
    process.exitCode = 1;
  }
} else {
  await writeFile(TARGET, generated);
}
