-- Same-person is decided by the identity table, never by equal logins: by what it says now, and for an account it no longer
-- names, by what it said last (a leaver who is taken off the list still owned the account). An account that it gives to two
-- persons is known to be somebody's, but not whose.
WITH standing AS (
  SELECT account, bool_or(valid_to IS NULL) AS named, max(valid_to) AS last_to FROM identity GROUP BY account
),
said AS (
  SELECT i.*
  FROM identity i
  JOIN standing s ON s.account = i.account
  WHERE (s.named AND i.valid_to IS NULL) OR (NOT s.named AND i.valid_to = s.last_to)
)
SELECT
  account,
  CASE WHEN count(DISTINCT person) = 1 THEN max(person) END AS person,
  CASE WHEN count(DISTINCT person) = 1 THEN 0 ELSE 2 END AS _unknown,
  first_value(_leaf ORDER BY _leaf, _blob, _record) AS _leaf,
  first_value(_blob ORDER BY _leaf, _blob, _record) AS _blob,
  first_value(_record ORDER BY _leaf, _blob, _record) AS _record,
  min(valid_from) AS valid_from,
  CASE WHEN bool_or(valid_to IS NULL) THEN NULL ELSE max(valid_to) END AS valid_to
FROM said
GROUP BY account
