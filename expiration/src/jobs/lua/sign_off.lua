-- Gives back the jobs that a worker has in hand, and forgets the worker. A job
-- that Redis has lost a part of is removed instead: no worker could read it,
-- and all would end of it.
-- KEYS: the worker's jobs in hand, the jobs to be taken, the workers, the worker's metadata,
--       all jobs' data, what the keys of jobs' metadata begin with
-- ARGV: the worker's name
for _, id in ipairs(redis.call("SMEMBERS", KEYS[1])) do
    local metadata = KEYS[6] .. ":" .. id
    if redis.call("HEXISTS", KEYS[5], id) == 1 and redis.call("EXISTS", metadata) == 1 then
        redis.call("RPUSH", KEYS[2], id)
    else
        redis.call("HDEL", KEYS[5], id)
        redis.call("DEL", metadata)
    end
end
redis.call("ZREM", KEYS[3], ARGV[1])
redis.call("DEL", KEYS[1], KEYS[4])
