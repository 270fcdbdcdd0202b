-- Hands out jobs that are due, at most so many, and tells how many they were.
-- KEYS: the scheduled jobs, the jobs to be taken
-- ARGV: the time in seconds, how many
local ids = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", ARGV[1], "LIMIT", 0, ARGV[2])
if #ids > 0 then
    redis.call("RPUSH", KEYS[2], unpack(ids))
    redis.call("ZREM", KEYS[1], unpack(ids))
end
return #ids
