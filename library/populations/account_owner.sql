-- Same-person is decided by the identity table as it stands last, never by equal logins. An account that two rows give
-- to two persons is known to be somebody's, but not whose.
SELECT
  i.account,
  CASE WHEN count(DISTINCT i.person) = 1 THEN max(i.person) END AS person,
  CASE WHEN count(DISTINCT i.person) = 1 THEN 0 ELSE 2 END AS _unknown,
  first_value(i._leaf ORDER BY i._leaf, i._blob, i._record) AS _leaf,
  first_value(i._blob ORDER BY i._leaf, i._blob, i._record) AS _blob,
  first_value(i._record ORDER BY i._leaf, i._blob, i._record) AS _record,
  min(i.valid_from) AS valid_from,
  max(i.valid_to) AS valid_to
FROM identity i
WHERE i.valid_to IS NULL
GROUP BY i.account
