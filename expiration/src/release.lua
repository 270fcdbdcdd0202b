-- Releases what an ended worker holds, and activates the jobs that are due.
-- A job without data or metadata is removed, as it would end every worker that fetches it.
-- Due jobs move one by one: apalis moves them in one command, which fails above some 8,000.
-- KEYS: the queue's name
-- ARGV: the worker's name, the time in seconds since 1970
local active, data, scheduled = KEYS[1] .. ":active", KEYS[1] .. ":data", KEYS[1] .. ":scheduled"
local inflight = KEYS[1] .. ":inflight:" .. ARGV[1]
for _, id in ipairs(redis.call("SMEMBERS", inflight)) do
    local meta = KEYS[1] .. ":meta:" .. id
    if redis.call("HEXISTS", data, id) == 1 and redis.call("EXISTS", meta) == 1 then
        redis.call("RPUSH", active, id)
    else
        redis.call("HDEL", data, id)
        redis.call("DEL", meta)
    end
end
redis.call("ZREM", KEYS[1] .. ":workers", ARGV[1])
redis.call("DEL", inflight, KEYS[1] .. ":workers:metadata:" .. ARGV[1])
for _, id in ipairs(redis.call("ZRANGEBYSCORE", scheduled, "-inf", ARGV[2])) do
    redis.call("RPUSH", active, id)
    redis.call("ZREM", scheduled, id)
end
