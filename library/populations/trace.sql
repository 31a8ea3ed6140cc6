-- From the log of deployments to the change, never the other way: a deployment that nobody proposed has no other trace.
-- A commit that is not in the list of the branch is off the branch only where that list reaches to the deployment (hole).
WITH unlisted AS (
  SELECT
    d.repository,
    min(CASE WHEN h.population = 'main_commit' THEN h.starts_at END) AS branch_since,
    min(h.starts_at) AS since
  FROM (SELECT DISTINCT repository FROM deployment) d
  JOIN hole h ON starts_with(concat(d.repository, '/'), h.prefix)
  WHERE h.population IN ('main_commit', 'pull_request', 'commit')
  GROUP BY d.repository
),
traced AS (
  SELECT
    d.*, m.sha IS NOT NULL AS on_main, m.number, p.merged_at, m.doubt,
    m.sha IS NULL AND coalesce(u.branch_since <= d.deployed_at, false) AS off_list,
    m.sha IS NULL AND coalesce(u.since <= d.deployed_at, false) AS not_listed
  FROM deployment d
  LEFT JOIN main_change m ON m.repository = d.repository AND m.sha = d.sha
  LEFT JOIN pull_request p ON p.repository = m.repository AND p.number = m.number
  LEFT JOIN unlisted u ON u.repository = d.repository
)
SELECT
  repository, deployment, sha, environment, deployed_at,
  CASE WHEN NOT off_list THEN on_main END AS on_main,
  number, merged_at,
  coalesce(doubt, CASE WHEN not_listed THEN 'not_listed' END) AS doubt,
  CASE WHEN off_list THEN 32 ELSE 0 END
    + CASE WHEN number IS NULL AND (doubt IS NOT NULL OR not_listed) THEN 64 + 128 ELSE 0 END AS _unknown,
  _leaf, _blob, _record
FROM traced
