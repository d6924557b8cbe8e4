/**
 * `npm run check:cycles`: checks that imports form no cycle, and that imports in `src` follow the rules below. Imports
 * of types count. A broken rule is printed with its reason.
 */
import { cruise } from 'dependency-cruiser';
import { root } from './project.mjs';

/** A parser that fails finds no modules and so no broken rules: the check fails with fewer modules than this. */
const LEAST_MODULES = { src: 50, bench: 30, scripts: 30, tests: 50 };

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const RULES = [
  {
    name: 'no-cycles',
    comment: 'Modules that need each other can only be understood, tested and replaced together.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'reports-stand-alone',
    comment:
      'src/reports says what a report is. It names what it needs in its ports, and knows no job, database, broker or HTTP.',
    from: { path: '^src/reports/' },
    to: { path: '^(src|scripts|tests|bench|migrations|seeds)/', pathNot: '^src/reports/' },
  },
  {
    name: 'jobs-know-only-reports',
    comment:
      'src/jobs says what becomes of a request. It knows reports and its own ports, and no database, broker or HTTP.',
    from: { path: '^src/jobs/' },
    to: { path: '^(src|scripts|tests|bench|migrations|seeds)/', pathNot: '^src/(jobs|reports)/' },
  },
  {
    name: 'the-core-uses-no-package',
    comment:
      'A package in src/reports or src/jobs would be a decision of the core; if it talks to the outside it belongs behind a port.',
    from: { path: '^src/(reports|jobs)/' },
    to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'adapters-do-not-know-http',
    comment: 'A store or a broker serves the worker as well, which has no HTTP.',
    from: { path: '^src/adapters/' },
    to: { path: '^src/http/' },
  },
  {
    name: 'http-does-not-know-adapters',
    comment:
      'A request is answered through the ports, so that another broker or store changes no route and no resolver.',
    from: { path: '^src/http/' },
    to: { path: '^src/adapters/' },
  },
  {
    name: 'the-kernel-knows-no-interface',
    comment:
      'src/http/web carries REST, GraphQL, the page, health and metrics alike. Of the core it knows the requester, the errors that every interface answers with, and the logger; no report, job or route.',
    from: { path: '^src/http/web/' },
    to: {
      path: '^src/',
      pathNot: '^src/(http/web/|reports/(errors|requester)\\.ts|jobs/ports/logger\\.ts)',
    },
  },
  {
    name: 'interfaces-stand-side-by-side',
    comment:
      'REST and GraphQL are two interfaces to the same use cases. What both need belongs in the kernel or beside them.',
    from: { path: '^src/http/(rest|graphql|dashboard)/' },
    to: { path: '^src/http/(rest|graphql|dashboard)/', pathNot: '^src/http/$1/' },
  },
  {
    name: 'only-processes-see-everything',
    comment:
      'Parts are put together in api.ts and worker.ts and nowhere else, so that wiring can be read in one place.',
    from: { path: '^src/(adapters|http|jobs|reports)/' },
    to: { path: '^src/(api|worker)\\.ts$' },
  },
  {
    name: 'everything-is-found',
    comment: 'An import that leads nowhere hides what is behind it from the other rules.',
    from: { path: '^(src|bench|scripts|tests)/' },
    to: { couldNotResolve: true },
  },
];

const { output } = await cruise(
  Object.keys(LEAST_MODULES),
  {
    baseDir: root,
    ruleSet: { forbidden: RULES.map((rule) => ({ severity: 'error', ...rule })) },
    validate: true,
    parser: 'swc', // TypeScript 7 has no interface for the default parser
    doNotFollow: { path: 'node_modules' },
  },
  // TypeScript sources import each other by the name of the compiled file.
  {
    extensionAlias: { '.js': ['.ts', '.js'] },
    conditionNames: ['import', 'node'],
    exportsFields: ['exports'],
  },
);
if (typeof output === 'string') throw new Error(output);

for (const { rule, from, to, cycle } of output.summary.violations) {
  const path = cycle ? cycle.map(({ name }) => name).join(' → ') : to;
  console.error(
    `${rule.name}: ${from} → ${path}\n  ${RULES.find(({ name }) => name === rule.name)?.comment}`,
  );
}

let isComplete = true;
for (const [folder, least] of Object.entries(LEAST_MODULES)) {
  const modules = output.modules.filter(({ source }) => source.startsWith(`${folder}/`));
  const imports = modules.flatMap(({ dependencies }) => dependencies);
  console.log(`${folder}: ${modules.length} modules, ${imports.length} imports`);
  if (modules.length >= least) continue;
  isComplete = false;
  console.error(`Only ${modules.length} modules of ${folder} were read; there should be at least ${least}.`);
}
console.log(`${output.summary.violations.length} violations`);
process.exitCode = output.summary.violations.length === 0 && isComplete ? 0 : 1;
