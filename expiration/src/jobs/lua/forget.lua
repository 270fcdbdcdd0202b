-- Removes a job that is done, if it is still the worker's: one that was given
-- to another worker is that one's to remove.
-- KEYS: the worker's jobs in hand, all jobs' data, the job's metadata
-- ARGV: the job's id
if redis.call("SREM", KEYS[1], ARGV[1]) == 1 then
    redis.call("HDEL", KEYS[2], ARGV[1])
    redis.call("DEL", KEYS[3])
end
