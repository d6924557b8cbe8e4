import { createHash } from 'node:crypto';
import { CHECK_STALLED_JOBS, GIVE_BACK, KEEP_PROGRESS, SEND_JOB, TRIM } from './scripts.js';

/** The name of a command and its arguments. */
export type RedisCommand = readonly [string, ...(string | number)[]];

type ToKey = (name: string) => string;

/** The id of the rehearsed message. No worker ever sees it. */
const ID = 'rehearsal';
const DATA = '{}';
const SHA_OF_SEND_JOB = createHash('sha1').update(SEND_JOB).digest('hex');
/** Sent on the channels of dashboards and job events too; queued and discarded, it reaches no listener. */
const PAYLOAD = '{}';

/**
 * Every command that work sends to Redis, with the keys and channels of work. They are queued in a MULTI and discarded:
 * while queuing, Redis checks rights (command, keys, channels), memory, whether it is a replica, and the slots of a
 * cluster. It does not look inside scripts.
 *
 * SUBSCRIBE is missing, because ioredis 5.11.1 does not understand its answer in a MULTI; a refused subscription is
 * reported when the service subscribes.
 */
export function commandsOfWork(toKey: ToKey, eventChannel: string): readonly RedisCommand[] {
  const [jobs, waiting, active, stalling] = [
    toKey('jobs'),
    toKey('waiting'),
    toKey('active'),
    toKey('stalling'),
  ];
  const sendKeys = keysOfSend(toKey);
  return [
    ['info', 'memory'],
    ['evalsha', SHA_OF_SEND_JOB, sendKeys.length, ...sendKeys, ID, DATA],
    ['eval', SEND_JOB, sendKeys.length, ...sendKeys, ID, DATA],
    ['brpoplpush', waiting, active, 1],
    ['hget', jobs, ID],
    ['eval', GIVE_BACK, 2, active, waiting, ID],
    ['publish', toKey('events'), PAYLOAD],
    ['eval', KEEP_PROGRESS, 3, jobs, toKey('succeeded'), toKey('failed'), ID, DATA],
    ['eval', CHECK_STALLED_JOBS, 4, toKey('stallBlock'), stalling, waiting, active, 1],
    ['lrem', active, 0, ID],
    ['srem', stalling, ID],
    ['hset', jobs, ID, DATA],
    ['sadd', toKey('succeeded'), ID],
    ['sadd', toKey('failed'), ID],
    trim(toKey, 'succeeded'),
    trim(toKey, 'failed'),
    ['publish', eventChannel, PAYLOAD],
  ];
}

/**
 * The life of one message on keys of its own, executed in one MULTI. It makes each script run each of its commands, and
 * leaves no key behind.
 */
export function lifeOfMessage(toWorkKey: ToKey): readonly RedisCommand[] {
  const toKey: ToKey = (name) => toWorkKey(`rehearsal:${name}`);
  const [jobs, waiting, active, stalling, stallBlock, succeeded] = [
    toKey('jobs'),
    toKey('waiting'),
    toKey('active'),
    toKey('stalling'),
    toKey('stallBlock'),
    toKey('succeeded'),
  ];
  const sendKeys = keysOfSend(toKey);
  const send: RedisCommand = ['eval', SEND_JOB, sendKeys.length, ...sendKeys, ID, DATA];
  const take: RedisCommand = ['brpoplpush', waiting, active, 1];
  const findStalled: RedisCommand = [
    'eval',
    CHECK_STALLED_JOBS,
    4,
    stallBlock,
    stalling,
    waiting,
    active,
    60_000,
  ];
  const succeed: readonly RedisCommand[] = [
    ['lrem', active, 0, ID],
    ['srem', stalling, ID],
    ['hset', jobs, ID, DATA],
    ['sadd', succeeded, ID],
  ];
  const clear: RedisCommand = ['del', ...sendKeys, active, stalling, stallBlock];
  return [
    clear,
    send,
    take,
    ['hget', jobs, ID],
    ['eval', KEEP_PROGRESS, 3, jobs, succeeded, toKey('failed'), ID, DATA],
    ['eval', GIVE_BACK, 2, active, waiting, ID],
    take,
    findStalled, // marks the message, which is active
    ['del', stallBlock],
    findStalled, // finds it marked still, and puts it into waiting again
    take,
    ...succeed,
    trim(toKey, 'succeeded'), // removes it
    ...succeed,
    send, // again, although it is finished
    clear,
  ];
}

function keysOfSend(toKey: ToKey): string[] {
  return ['jobs', 'waiting', 'succeeded', 'failed', 'succeededAt', 'failedAt'].map((name) => toKey(name));
}

/** The script that trims finished jobs, with arguments that make it delete all of them. */
function trim(toKey: ToKey, state: 'succeeded' | 'failed'): RedisCommand {
  return ['eval', TRIM, 3, toKey('jobs'), toKey(state), toKey(`${state}At`), 0, 0, 0, 1];
}
