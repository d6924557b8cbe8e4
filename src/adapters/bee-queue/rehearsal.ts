import { createHash } from 'node:crypto';
import { CHECK_STALLED_JOBS, GIVE_BACK, KEEP_PROGRESS, SEND_JOB, TRIM } from './scripts.js';

/** The name of a command and its arguments. */
export type RedisCommand = readonly [string, ...(string | number)[]];

type ToKey = (name: string) => string;

/** The message id in the rehearsed commands. No worker ever receives a message with this id. */
const ID = 'rehearsal';
const DATA = '{}';
const SHA_OF_SEND_JOB = createHash('sha1').update(SEND_JOB).digest('hex');
/**
 * The payload that the rehearsal publishes on the channels of dashboards and job events. No listener receives it,
 * because Redis queues the commands and then discards them.
 */
const PAYLOAD = '{}';

/**
 * Every command that the service sends to Redis, with the real keys and channels. The probe queues the commands in a
 * MULTI and then discards them. When Redis queues a command, it checks the account's rights (command, keys, channels),
 * the free memory, whether it is a replica, and the cluster slots of the keys. Redis does not check the commands inside
 * a script.
 *
 * SUBSCRIBE is missing, because ioredis 5.11.1 does not understand the answer to SUBSCRIBE in a MULTI. The service
 * reports a refused subscription when it subscribes.
 */
export function serviceCommands(toKey: ToKey, eventChannel: string): readonly RedisCommand[] {
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
 * The commands that send, handle and delete one message, on keys that only the rehearsal uses. The probe executes them
 * in one MULTI. They make each script run each of its commands, and leave no key in Redis.
 */
export function messageCommands(toWorkKey: ToKey): readonly RedisCommand[] {
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
    findStalled, // marks the active message as stalling
    ['del', stallBlock],
    findStalled, // finds the mark, and puts the message into waiting again
    take,
    ...succeed,
    trim(toKey, 'succeeded'), // removes the job
    ...succeed,
    send, // a finished job is sent again
    clear,
  ];
}

function keysOfSend(toKey: ToKey): string[] {
  return ['jobs', 'waiting', 'succeeded', 'failed', 'succeededAt', 'failedAt'].map((name) => toKey(name));
}

/** The script that trims finished jobs, with arguments that make it delete one of them. */
function trim(toKey: ToKey, state: 'succeeded' | 'failed'): RedisCommand {
  return ['eval', TRIM, 3, toKey('jobs'), toKey(state), toKey(`${state}At`), 0, 0, 0, 1];
}
