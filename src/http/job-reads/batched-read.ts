import DataLoader from 'dataloader';
import type { Release, RequesterSlots } from '../fair-semaphore.js';

interface BatchedRead<Key, Value> {
  /** Reads the values, and returns them in the order of the keys. An Error in the list is the outcome of one key. */
  readonly read: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>;
  /**
   * The key as text. A call joins a running read of an equal key. Without `keyOf`, a call joins only a read that has
   * not begun, so that the call sees everything that was written before it.
   */
  readonly keyOf?: (key: Key) => string;
}

/**
 * Returns a function that reads the value of one key. Calls that arrive before a read gets its slot share that read.
 */
export function batchedRead<Key, Value>(
  slots: Pick<RequesterSlots, 'acquire' | 'failed'>,
  { read, keyOf }: BatchedRead<Key, Value>,
): (key: Key) => Promise<Value> {
  let slot: Promise<Release>;
  const loader = new DataLoader<Key, Value>(
    async (keys) => {
      try {
        const release = await slot;
        return await read(keys).finally(release);
      } catch (error) {
        slots.failed(error);
        throw error;
      }
    },
    {
      // The cache is off. For calls that find their key in the cache, DataLoader 2.2.3 schedules a batch, but does not
      // call the function above, so that the batch's slot would not be released.
      cache: false,
      batchScheduleFn: (dispatch) => {
        slot = slots.acquire();
        // The batch also gets the other calls of this turn of the event loop.
        slot.then(() => setImmediate(dispatch), dispatch);
      },
    },
  );
  return keyOf === undefined ? (key) => loader.load(key) : sharing((key) => loader.load(key), keyOf);
}

/** Makes calls with equal keys share one running read. */
function sharing<Key, Value>(
  load: (key: Key) => Promise<Value>,
  keyOf: (key: Key) => string,
): (key: Key) => Promise<Value> {
  const running = new Map<string, Promise<Value>>();
  return (key) => {
    const name = keyOf(key);
    const present = running.get(name);
    if (present !== undefined) return present;
    const loading = load(key).finally(() => running.delete(name));
    running.set(name, loading);
    return loading;
  };
}
