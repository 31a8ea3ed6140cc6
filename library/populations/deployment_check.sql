-- Checks are those of the deployed commit itself. What was required is what the branch rule said at the time; a change of the
-- rule between two looks may lie on either side of the deployment, so two different versions in question are unknown.
-- Without any rule, or any check, there was none only where its list reaches to the deployment (hole).
WITH ruled AS (
  SELECT
    d.repository, d.deployment,
    count(DISTINCT array_to_string(b.required_checks, chr(10))) AS versions,
    bool_or(unknown(b.required_checks)) AS unread,
    max(array_to_string(b.required_checks, chr(10))) AS required
  FROM deployment d
  JOIN branch_rule b ON b.repository = d.repository
    AND coalesce(b.last_absent, b.seen_first) <= d.deployed_at AND (b.valid_to IS NULL OR b.valid_to > d.deployed_at)
  GROUP BY d.repository, d.deployment
),
ran AS (
  SELECT
    d.repository, d.deployment, d.deployed_at, c.name,
    max(CASE WHEN c.completed_at <= d.deployed_at THEN c.completed_at END) AS last_at
  FROM deployment d
  JOIN check_run c ON c.repository = d.repository AND c.sha = d.sha
  WHERE c.completed_at IS NOT NULL
  GROUP BY d.repository, d.deployment, d.deployed_at, c.name
),
ended AS (
  SELECT
    r.repository, r.deployment, r.name,
    bool_and(c.conclusion = 'success') FILTER (WHERE c.completed_at = r.last_at) AS success,
    bool_or(c.conclusion = 'success' AND c.completed_at > r.deployed_at) AS success_later
  FROM ran r
  JOIN deployment d ON d.repository = r.repository AND d.deployment = r.deployment
  JOIN check_run c ON c.repository = d.repository AND c.sha = d.sha AND c.name = r.name
  WHERE c.completed_at IS NOT NULL
  GROUP BY r.repository, r.deployment, r.name
),
summed AS (
  SELECT
    repository, deployment,
    array_sort(array_agg(name) FILTER (WHERE success)) AS passed,
    array_sort(array_agg(name) FILTER (WHERE NOT coalesce(success, true))) AS failed,
    array_sort(array_agg(name) FILTER (WHERE NOT coalesce(success, false) AND success_later)) AS late
  FROM ended
  GROUP BY repository, deployment
),
hidden AS (
  SELECT parent, max(why) AS why FROM gap WHERE population = 'check_run' GROUP BY parent
),
unlooked AS (
  SELECT DISTINCT d.repository, d.deployment
  FROM deployment d
  JOIN hole h ON starts_with(concat(d.repository, '/'), h.prefix) AND h.starts_at <= d.deployed_at AND h.ends_at > d.deployed_at
  WHERE h.population = 'branch_rule'
),
unlisted AS (
  SELECT d.repository, min(h.starts_at) AS since
  FROM (SELECT DISTINCT repository FROM deployment) d
  JOIN hole h ON starts_with(concat(d.repository, '/'), h.prefix)
  WHERE h.population = 'check_run'
  GROUP BY d.repository
),
joined AS (
  SELECT
    d.*, s.passed, s.failed, s.late,
    coalesce(r.versions > 1 OR r.unread, l.deployment IS NOT NULL) AS rule_unknown,
    r.required, h.parent IS NOT NULL OR (s.deployment IS NULL AND coalesce(u.since <= d.deployed_at, false)) AS denied
  FROM deployment d
  LEFT JOIN unlooked l ON l.repository = d.repository AND l.deployment = d.deployment
  LEFT JOIN unlisted u ON u.repository = d.repository
  LEFT JOIN ruled r ON r.repository = d.repository AND r.deployment = d.deployment
  LEFT JOIN summed s ON s.repository = d.repository AND s.deployment = d.deployment
  LEFT JOIN hidden h ON h.parent = d.repository || '/' || d.deployment
)
SELECT
  repository, deployment, sha, environment, deployed_at,
  CASE WHEN NOT rule_unknown AND required <> '' THEN string_to_array(required, chr(10)) END AS required,
  CASE WHEN NOT denied THEN coalesce(passed, make_array()) END AS passed,
  CASE WHEN NOT denied THEN coalesce(failed, make_array()) END AS failed,
  CASE WHEN NOT denied THEN coalesce(late, make_array()) END AS late,
  CASE WHEN denied THEN 'read_denied' WHEN rule_unknown THEN 'rule_unknown' END AS doubt,
  CASE WHEN rule_unknown THEN 32 ELSE 0 END + CASE WHEN denied THEN 64 + 128 + 256 ELSE 0 END AS _unknown,
  _leaf, _blob, _record
FROM joined
