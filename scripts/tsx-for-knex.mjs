/**
 * Lets a bare `npx knex seed:run` read migrations, seeds and a knexfile in TypeScript on Node 20. `.npmrc` makes every
 * Node program that npm starts load this file. It does nothing in a program other than Knex, or before `npm ci`.
 */
import { existsSync } from 'node:fs';

const isKnex = /[\\/](\.bin[\\/]knex|knex[\\/]bin[\\/]cli\.js)$/.test(process.argv[1] ?? '');
const isInstalled = existsSync(new URL('../node_modules/tsx', import.meta.url));

// @ts-expect-error tsx has no type declarations for this import.
if (isKnex && isInstalled) await import('tsx');
