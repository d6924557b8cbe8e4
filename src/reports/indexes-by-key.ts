import { indexesByText } from './indexes-by-text.js';
import { indexesByValue } from './indexes-by-value.js';
import type { Keys } from './keys.js';

/** The row numbers of the keys, sorted by ascending key. */
export function indexesByKey(keys: Keys): Uint32Array {
  return keys instanceof Int32Array ? indexesByValue(keys, 'ascending') : indexesByText(keys);
}
