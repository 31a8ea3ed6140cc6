-- An exception class of its own: as long as an account is nobody's, what it did cannot be judged.
WITH seen AS (
  SELECT a.account, a.valid_from AS at, 'account' AS place, a._leaf, a._blob, a._record FROM account a WHERE a.kind = 'human'
  UNION ALL
  SELECT p.author, p.opened_at, 'pull_request', p._leaf, p._blob, p._record FROM pull_request p WHERE coalesce(p.author_kind, '') <> 'Bot'
  UNION ALL
  SELECT r.reviewer, r.at, 'review', r._leaf, r._blob, r._record FROM review r WHERE coalesce(r.reviewer_kind, '') <> 'Bot'
  UNION ALL
  SELECT g.account, g.at, 'login', g._leaf, g._blob, g._record FROM login g WHERE g.outcome = 'success' AND g.interactive
)
SELECT
  s.account, min(s.at) AS seen_at,
  first_value(s.place ORDER BY s.at, s.place, s._leaf, s._blob, s._record) AS where_seen,
  0 AS _unknown,
  first_value(s._leaf ORDER BY s.at, s.place, s._leaf, s._blob, s._record) AS _leaf,
  first_value(s._blob ORDER BY s.at, s.place, s._leaf, s._blob, s._record) AS _blob,
  first_value(s._record ORDER BY s.at, s.place, s._leaf, s._blob, s._record) AS _record
FROM seen s
LEFT JOIN account_owner o ON o.account = s.account
WHERE s.account IS NOT NULL AND strpos(s.account, ':') > 0 AND o.person IS NULL AND s.at IS NOT NULL
GROUP BY s.account
