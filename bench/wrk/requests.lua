-- What wrk sends: GET of a random path, or POST of a random body, from files with one a line.
-- Arguments after --: method, path to post to, file of paths or bodies, bearer token (may be empty).
local lines, method, path, headers = {}, "GET", "/", {}

function init(args)
  method, path = args[1], args[2]
  for line in io.lines(args[3]) do lines[#lines + 1] = line end
  if args[4] and args[4] ~= "" then headers["Authorization"] = "Bearer " .. args[4] end
  if method == "POST" then headers["Content-Type"] = "application/fhir+json" end
  math.randomseed(os.time())
end

function request()
  local line = lines[math.random(#lines)]
  if method == "POST" then return wrk.format("POST", path, headers, line) end
  return wrk.format("GET", line, headers)
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\nRESULT {"requests":%d,"microseconds":%d,"p50":%f,"p99":%f,"failed":%d}\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.status + e.read + e.write + e.connect + e.timeout))
end
