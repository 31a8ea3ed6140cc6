-- From the log of deployments to the change, never the other way: a deployment that nobody proposed has no other trace.
SELECT
  d.repository, d.deployment, d.sha, d.environment, d.deployed_at,
  m.sha IS NOT NULL AS on_main,
  m.number, p.merged_at, m.doubt,
  CASE WHEN m.number IS NULL AND m.doubt IS NOT NULL THEN 64 + 128 ELSE 0 END AS _unknown,
  d._leaf, d._blob, d._record
FROM deployment d
LEFT JOIN main_change m ON m.repository = d.repository AND m.sha = d.sha
LEFT JOIN pull_request p ON p.repository = m.repository AND p.number = m.number
