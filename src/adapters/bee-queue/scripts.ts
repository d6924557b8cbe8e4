import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Each script is sent as text (EVAL), or by a hash that ioredis manages (SEND_JOB). bee-queue 2.0.0 loads its scripts
 * once, when it connects, and then calls them by hash. After a restart of Redis or SCRIPT FLUSH, each of these calls
 * fails with NOSCRIPT (bee-queue issues #147 and #489). The text adds some hundred bytes to each call, and works after
 * a restart too.
 */

/** The text of Bee-Queue's script checkStalledJobs, read from the installed package. */
export const CHECK_STALLED_JOBS = readFileSync(
  createRequire(import.meta.url).resolve('bee-queue/lib/lua/checkStalledJobs.lua'),
  'utf8',
);

/**
 * Bee-Queue's addJob does nothing, and reports no error, when a job with the id exists, even a finished one. This
 * script adds the job again when the existing job is finished.
 */
export const SEND_JOB = `--[[
key 1 -> bq:name:jobs
key 2 -> bq:name:waiting
key 3 -> bq:name:succeeded
key 4 -> bq:name:failed
key 5 -> bq:name:succeededAt (trim's index)
key 6 -> bq:name:failedAt    (trim's index)
arg 1 -> job id
arg 2 -> job data

returns the job id when the job was put into waiting, nil when an unfinished job has the id
--]]

if redis.call("hexists", KEYS[1], ARGV[1]) == 1 then
  local finished = redis.call("srem", KEYS[3], ARGV[1]) + redis.call("srem", KEYS[4], ARGV[1])
  if finished == 0 then return nil end
  redis.call("zrem", KEYS[5], ARGV[1])
  redis.call("zrem", KEYS[6], ARGV[1])
end
redis.call("hset", KEYS[1], ARGV[1], ARGV[2])
redis.call("lpush", KEYS[2], ARGV[1])
return ARGV[1]`;

/**
 * Undoes BRPOPLPUSH for a message that this process will not handle. The message is again the next one that a worker
 * takes.
 */
export const GIVE_BACK = `--[[
key 1 -> bq:name:active
key 2 -> bq:name:waiting
arg 1 -> job id
--]]

if redis.call("lrem", KEYS[1], 1, ARGV[1]) > 0 then
  redis.call("rpush", KEYS[2], ARGV[1])
end`;

/**
 * Bee-Queue publishes progress without storing it. This script also stores it in the job, for dashboards that are
 * opened later.
 */
export const KEEP_PROGRESS = `--[[
key 1 -> bq:name:jobs
key 2 -> bq:name:succeeded
key 3 -> bq:name:failed
arg 1 -> job id
arg 2 -> job data

changes no finished job, and creates no job that Redis has lost
--]]

if redis.call("hexists", KEYS[1], ARGV[1]) == 1
  and redis.call("sismember", KEYS[2], ARGV[1]) == 0
  and redis.call("sismember", KEYS[3], ARGV[1]) == 0
then
  redis.call("hset", KEYS[1], ARGV[1], ARGV[2])
end`;

/**
 * Bee-Queue keeps finished jobs for ever, in unordered sets. This script keeps a second set, ordered by time, to remove
 * the oldest.
 */
export const TRIM = `--[[
key 1 -> bq:name:jobs
key 2 -> bq:name:succeeded or bq:name:failed
key 3 -> bq:name:succeededAt or bq:name:failedAt: job id by the time at which a trim first saw it finished
arg 1 -> now, ms
arg 2 -> jobs that finished before this time are removed, ms
arg 3 -> maximum number of jobs to keep
arg 4 -> maximum number of jobs to remove

returns the number of removed jobs
--]]

if redis.call("scard", KEYS[2]) ~= redis.call("zcard", KEYS[3]) then
  for _, id in ipairs(redis.call("smembers", KEYS[2])) do
    redis.call("zadd", KEYS[3], "nx", ARGV[1], id)
  end
end

local limit = tonumber(ARGV[4])
local excess = math.min(redis.call("zcard", KEYS[3]) - tonumber(ARGV[3]), limit)
local old = math.min(redis.call("zcount", KEYS[3], "-inf", "(" .. ARGV[2]), limit)
local count = math.max(excess, old)
if count <= 0 then return 0 end
for _, id in ipairs(redis.call("zrange", KEYS[3], 0, count - 1)) do
  -- a job that another process took out of the set was sent again or deleted
  if redis.call("srem", KEYS[2], id) == 1 then redis.call("hdel", KEYS[1], id) end
  redis.call("zrem", KEYS[3], id)
end
return count`;
