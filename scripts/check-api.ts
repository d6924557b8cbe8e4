/**
 * `npm run check:api`: lints the GraphQL schema and the OpenAPI document, and reports changes that break clients of the
 * last release. With `--move-baseline` (`npm run api:baseline`) the present interfaces become the baseline; the
 * changelog must announce a breaking change first.
 */
import { readFileSync } from 'node:fs';
import { compareInterfaces, readBaseline, readPresent, writeBaseline } from './api/baseline.js';
import { announcesBreakingChange } from './api/changelog.js';
import { lintGraphQL } from './api/lint-graphql.js';
import { lintOpenApi } from './api/lint-openapi.js';

const present = readPresent();
const complaints = [
  ...lintGraphQL(present.graphql).map((complaint) => `schema.graphql:${complaint}`),
  ...(await lintOpenApi(present.openapi)).map((complaint) => `/openapi.json${complaint}`),
];
const { breaking, dangerous } = compareInterfaces(readBaseline(), present);

for (const complaint of complaints) console.error(complaint);
for (const change of breaking) console.error(`breaking: ${change}`);
for (const change of dangerous) console.log(`⚠ dangerous: ${change}`);
console.log(
  `${complaints.length} complaints, ${breaking.length} breaking and ${dangerous.length} dangerous changes since the baseline`,
);

if (!process.argv.includes('--move-baseline')) {
  if (breaking.length > 0)
    console.error(
      'Where a change is meant, say so in CHANGELOG.md and run `npm run api:baseline` (docs/developing.md).',
    );
  process.exitCode = complaints.length + breaking.length === 0 ? 0 : 1;
} else if (complaints.length > 0) {
  console.error('Only what is well made can become the baseline.');
  process.exitCode = 1;
} else if (breaking.length > 0 && !announcesBreakingChange(readFileSync('CHANGELOG.md', 'utf8'))) {
  console.error(
    'Clients of the service have to learn of this: add a line that begins with `- **Breaking**` to what is unreleased in CHANGELOG.md.',
  );
  process.exitCode = 1;
} else {
  writeBaseline(present);
  console.log('api-baseline/ holds the present interfaces now.');
}
