import { describeRoutes } from '../../../src/http/app.js';
import type { Operation } from '../../../src/http/web/route.js';
import { CATALOG } from '../../support/reports.js';

/** An operation of the HTTP interface, with a value for each parameter of its path. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly isOpen: boolean;
  readonly operation: Operation;
}

/** All operations except those of /graphql. */
export const CALLS: readonly Call[] = describeRoutes(CATALOG).flatMap(({ path, open = false, get, post }) => {
  const call = {
    path: path.replace('{job_id}', '01ARZ3NDEKTSV4RRFFQ69G5FAV').replace('{file}', 'icon.svg'),
    isOpen: open,
  };
  return [
    ...(get === undefined ? [] : [{ ...call, method: 'GET' as const, operation: get }]),
    ...(post === undefined ? [] : [{ ...call, method: 'POST' as const, operation: post }]),
  ];
});

/** Arguments for `it.each`. */
export function callsThat(
  fit: (call: Call) => boolean,
): readonly (readonly [method: string, path: string])[] {
  return CALLS.filter(fit).map(({ method, path }) => [method, path]);
}
