/**
 * Lets a bare `npx knex seed:run` read migrations, seeds and a knexfile in TypeScript on Node 20. `.npmrc` has every
 * program that npm starts load this file; all others, and everything before `npm ci`, are left alone.
 */
import { existsSync } from 'node:fs';

const isKnex = /[\\/](\.bin[\\/]knex|knex[\\/]bin[\\/]cli\.js)$/.test(process.argv[1] ?? '');
const isInstalled = existsSync(new URL('../node_modules/tsx', import.meta.url));

// @ts-expect-error tsx declares no types for being loaded.
if (isKnex && isInstalled) await import('tsx');
