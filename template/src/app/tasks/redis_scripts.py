"""What happens inside Redis in one step, so that nothing is lost or doubled when a worker dies in between.

An entry of the stream is `body`, then `again`: how often it came back. Its delivery counter is 1 while it only waits in
a worker, and 2 once the worker has begun.
"""

#: KEYS later; ARGV: milliseconds from now, then members: 16 bytes that make it unique, and the body.
LATER = """
local now = redis.call('TIME')
local due = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], due, ARGV[i]) end
"""

#: KEYS later, jobs. Moves what is due.
MOVE_DUE = """
local now = redis.call('TIME')
local members = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now[1] * 1000 + math.floor(now[2] / 1000), 'LIMIT', 0, 500)
for _, member in ipairs(members) do
  redis.call('XADD', KEYS[2], '*', 'body', string.sub(member, 17), 'again', '0')
  redis.call('ZREM', KEYS[1], member)
end
return #members
"""

#: KEYS jobs; ARGV group, milliseconds. Gives others what a silent worker holds, counted if it had begun.
RECLAIM = """
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[2], '-', '+', 100)
for _, held in ipairs(pending) do
  local entry = redis.call('XRANGE', KEYS[1], held[1], held[1])[1]
  if entry then
    local again = tonumber(entry[2][4])
    if held[4] > 1 then again = again + 1 end
    redis.call('XADD', KEYS[1], '*', 'body', entry[2][2], 'again', again)
  end
  redis.call('XACK', KEYS[1], ARGV[1], held[1])
  redis.call('XDEL', KEYS[1], held[1])
end
return #pending
"""

#: KEYS jobs; ARGV group, id. This and the next two do nothing when somebody else has it already.
ACKNOWLEDGE = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
return redis.call('XDEL', KEYS[1], ARGV[2])
"""

#: KEYS jobs; ARGV group, id, body, again.
GIVE_BACK = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[1], '*', 'body', ARGV[3], 'again', ARGV[4])
return 1
"""

#: KEYS jobs, dead; ARGV group, id, body, reason.
GIVE_UP = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XDEL', KEYS[1], ARGV[2])
redis.call('XADD', KEYS[2], '*', 'body', ARGV[3], 'reason', ARGV[4])
return 1
"""

#: KEYS dead; ARGV id.
TAKE = """
local found = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])
redis.call('XDEL', KEYS[1], ARGV[1])
return found
"""

#: KEYS jobs; ARGV group, own name, milliseconds. Forgets this worker and those that were silent for so long; one that
#: still holds something stays, or that would be lost.
LEAVE = """
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  if consumer[4] == 0 and (consumer[2] == ARGV[2] or consumer[6] > tonumber(ARGV[3])) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer[2])
  end
end
"""
