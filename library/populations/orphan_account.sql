-- One row a version of an active account. An account may be made ready up to 14 days before its person starts; from the end
-- of the employment on nobody answers for it, until the person comes back. Where the personnel list ends for good (hole, and nobody
-- was seen on it since), somebody may have started or come back: from then on it is not known that nobody answers.
WITH active AS (
  SELECT
    a.account, a.system, a.kind, a.valid_from, a.valid_to, a.seen_last, a._leaf, a._blob, a._record,
    o.person, o.account IS NOT NULL AND o.person IS NULL AS ambiguous
  FROM account a
  LEFT JOIN account_owner o ON o.account = coalesce(a.owner_account, a.account)
  WHERE a.status = 'active'
),
covered AS (
  SELECT
    a.account, a.valid_from,
    max(e.location) AS location,
    bool_or(e.started_at <= a.valid_from + INTERVAL '14 days' AND e.ended_at IS NULL) AS covered_on,
    max(CASE WHEN e.started_at <= a.valid_from + INTERVAL '14 days' AND e.ended_at > a.valid_from THEN e.ended_at END) AS covered_to,
    min(CASE WHEN e.started_at > a.valid_from + INTERVAL '14 days' THEN e.started_at END) AS next_start_at
  FROM active a
  JOIN employment e ON e.person = a.person
  GROUP BY a.account, a.valid_from
),
unlisted AS (
  SELECT min(h.starts_at) AS since
  FROM hole h
  LEFT JOIN worker w ON w.seen_last > h.starts_at
  WHERE h.population = 'worker' AND w.worker IS NULL
),
unowned AS (
  SELECT
    a.*, c.location, c.next_start_at,
    CASE
      WHEN coalesce(c.covered_on, false) THEN NULL
      WHEN c.covered_to IS NULL THEN a.valid_from
      WHEN c.covered_to < a.seen_last THEN c.covered_to
    END AS unowned_from
  FROM active a
  LEFT JOIN covered c ON c.account = a.account AND c.valid_from = a.valid_from
),
seen AS (
  SELECT
    o.*, u.since,
    CASE WHEN NOT o.ambiguous AND o.unowned_from IS NOT NULL THEN least(o.seen_last, coalesce(o.next_start_at, o.seen_last)) END AS unowned_seen
  FROM unowned o
  LEFT JOIN unlisted u ON o.person IS NOT NULL
)
SELECT
  account, system, kind, person, location,
  CASE WHEN NOT ambiguous THEN unowned_from END AS unowned_from,
  greatest(unowned_from, least(unowned_seen, since)) AS unowned_known,
  CASE WHEN since < unowned_seen THEN NULL ELSE unowned_seen END AS unowned_seen,
  CASE WHEN ambiguous THEN 8 + 32 + 64 + 128 WHEN since < unowned_seen THEN 128 ELSE 0 END AS _unknown,
  _leaf, _blob, _record, valid_from, valid_to
FROM seen
