-- The last statement about each (worker, start): an end date that was set and taken back is no end. A start that was
-- corrected before any end was stated is the same employment, so the older statement is dropped.
--
-- Where no end date is stated, an employment is over at the latest when it was first seen as ended, or when the record was
-- gone from the list: `end_stated` is false then, and nobody can say that something came in time.
WITH latest AS (
  SELECT worker, start_on, max(valid_from) AS stated_at FROM worker GROUP BY worker, start_on
),
newest AS (
  SELECT worker, max(valid_from) AS stated_at FROM worker GROUP BY worker
),
stated AS (
  SELECT
    w.worker, w.person, w.kind, w.location, w.start_on,
    day_start(w.start_on, $zone) AS started_at,
    coalesce(w.ended_at, day_end(w.end_on, $zone), CASE WHEN w.status = 'ended' THEN w.valid_from ELSE w.valid_to END) AS ended_at,
    w.ended_at IS NOT NULL OR w.end_on IS NOT NULL AS end_stated,
    w._leaf, w._blob, w._record
  FROM worker w
  JOIN latest l ON l.worker = w.worker AND l.start_on = w.start_on AND l.stated_at = w.valid_from
  JOIN newest n ON n.worker = w.worker
  WHERE w.valid_from = n.stated_at OR w.ended_at IS NOT NULL OR w.end_on IS NOT NULL OR w.status = 'ended'
),
returned AS (
  SELECT s.worker, s.start_on, min(o.started_at) AS next_start_at
  FROM stated s
  JOIN stated o ON o.person = s.person AND o.started_at > s.started_at
  GROUP BY s.worker, s.start_on
)
SELECT
  s.worker, s.person, s.kind, s.location, s.start_on, s.started_at, s.ended_at, s.end_stated, r.next_start_at,
  0 AS _unknown,
  s._leaf, s._blob, s._record
FROM stated s
LEFT JOIN returned r ON r.worker = s.worker AND r.start_on = s.start_on
