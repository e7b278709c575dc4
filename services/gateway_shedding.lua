-- Refuse at the gateway, for a few microseconds each, most of what a service refuses anyway for lack of room.
--
-- A service says of each call that it has no room for (the header MARK). By that this learns which share of the calls is worth
-- sending on: the share falls with each such refusal and rises with each answer, so that one in twenty or so of what is sent on is
-- still refused there, and it goes back to all of them within two seconds after the last refusal. The service alone decides
-- how many calls it takes; where it refuses none, this refuses none. Every worker of Envoy has its own copy of all of this.
--
-- METHODS (path -> who answers it; the calls a service may refuse for lack of room), REFUSALS (language -> list of headers)
-- and MARK stand above, made from the contracts.

local FALL, RISE, LEAST = 0.8, 1.01, 0.02
-- After so many seconds without a refusal for lack of room the share rises by itself, by all in one more second.
local CALM_SECONDS = 0.2

local shares = {}
local turn = 0

local function now(handle)
  return tonumber(handle:timestamp(EnvoyTimestampResolution.MILLISECOND)) / 1000
end

local function share_of(name, moment)
  local share = shares[name]
  if share == nil then
    share = {part = 1, since = moment}
    shares[name] = share
  end
  local calm = moment - share.since - CALM_SECONDS
  if calm > 0 and share.part < 1 then
    share.part = math.min(1, share.part + calm)
    share.since = moment - CALM_SECONDS
  end
  return share
end

-- As near to how a service chooses as a refusal needs: the one that is named first.
local function language_of(headers)
  local wanted = string.lower(headers:get("accept-language") or "")
  local chinese, english = string.find(wanted, "zh", 1, true), string.find(wanted, "en", 1, true)
  if chinese == nil and english == nil then
    return DEFAULT_LANGUAGE
  end
  return (english == nil or (chinese ~= nil and chinese < english)) and "zh-Hans" or "en"
end

local function refuse(handle, headers)
  turn = turn + 1
  local refusals = REFUSALS[language_of(headers)]
  handle:respond(refusals[turn % #refusals + 1], "")
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local name = METHODS[headers:get(":path")]
  if name == nil then
    return
  end
  local share = share_of(name, now(handle))
  if share.part < 1 and math.random() >= share.part then
    refuse(handle, headers)
    return
  end
  handle:streamInfo():dynamicMetadata():set("tbt.shedding", "name", name)
end

function envoy_on_response(handle)
  local sent_on = handle:streamInfo():dynamicMetadata():get("tbt.shedding")
  local share = sent_on and shares[sent_on["name"]]
  if not share then
    return
  end
  -- A refusal without an answer before it may be all in its headers.
  local ending = handle:trailers() or handle:headers()
  if ending:get(MARK) ~= nil then
    ending:remove(MARK)
    share.part = math.max(LEAST, share.part * FALL)
    share.since = now(handle)
  else
    share.part = math.min(1, share.part * RISE)
  end
end
