import type { ExecutionResult } from 'graphql';
import { jsonSlices } from '../web/json-slices.js';

const texts = new WeakMap<ExecutionResult, string>();

/** The JSON of a result. Observers that share a result share the text. */
export function textOf(result: ExecutionResult): string {
  const known = texts.get(result);
  if (known !== undefined) return known;
  const text = JSON.stringify(result);
  texts.set(result, text);
  return text;
}

/** Of a large result: the rest of the process has its turns meanwhile. */
export async function textInSlices(result: ExecutionResult): Promise<string> {
  const slices: string[] = [];
  for await (const slice of jsonSlices(result)) slices.push(slice);
  return slices.join('');
}
