-- A commit came by a pull request when it is its merge or squash commit, or one of its own commits (a true merge brings them
-- along). Where the commit list of a merged pull request could not be read to its end, a commit without a pull request may be
-- one of the missing ones: unknown.
--
-- Nor is a commit known to have none where the lists of pull requests and their commits do not reach to it (hole). A pull
-- request is older than the merge or squash commit it makes. Its own commits may be older than that: one that a later merge
-- without a known pull request may have brought is unknown, unless a known pull request was merged right onto it.
WITH merged AS (
  SELECT repository, merge_sha AS sha, number FROM pull_request WHERE merged_at IS NOT NULL AND merge_sha IS NOT NULL
  UNION ALL
  SELECT c.repository, c.sha, c.number
  FROM commit c
  JOIN pull_request p ON p.repository = c.repository AND p.number = c.number
  WHERE p.merged_at IS NOT NULL
),
came AS (
  SELECT repository, sha, min(number) AS number FROM merged GROUP BY repository, sha
),
hidden AS (
  SELECT p.repository, max(CASE WHEN g.why = 'capped' THEN 'capped' ELSE 'read_denied' END) AS why
  FROM gap g
  JOIN pull_request p ON g.parent = p.repository || '/' || CAST(p.number AS VARCHAR)
  WHERE g.population = 'commit' AND p.merged_at IS NOT NULL
  GROUP BY p.repository
),
unlisted AS (
  SELECT m.repository, min(h.starts_at) AS since
  FROM (SELECT DISTINCT repository FROM main_commit) m
  JOIN hole h ON starts_with(concat(m.repository, '/'), h.prefix)
  WHERE h.population IN ('pull_request', 'commit')
  GROUP BY m.repository
),
late_merge AS (
  SELECT m.repository, max(m.at) AS at
  FROM main_commit m
  JOIN unlisted u ON u.repository = m.repository AND u.since <= m.at
  LEFT JOIN came c ON c.repository = m.repository AND c.sha = m.sha
  WHERE m.merged_sha IS NOT NULL AND c.number IS NULL
  GROUP BY m.repository
),
merged_onto AS (
  SELECT DISTINCT m.repository, m.first_parent AS sha
  FROM main_commit m
  JOIN pull_request p ON p.repository = m.repository AND p.merge_sha = m.sha
  WHERE p.merged_at IS NOT NULL AND m.first_parent IS NOT NULL
),
traced AS (
  SELECT
    m.*, c.number, h.why,
    c.number IS NULL AND (
      coalesce(u.since <= m.at, false) OR (coalesce(l.at >= m.at, false) AND o.sha IS NULL)
    ) AS not_listed
  FROM main_commit m
  LEFT JOIN came c ON c.repository = m.repository AND c.sha = m.sha
  LEFT JOIN hidden h ON h.repository = m.repository
  LEFT JOIN unlisted u ON u.repository = m.repository
  LEFT JOIN late_merge l ON l.repository = m.repository
  LEFT JOIN merged_onto o ON o.repository = m.repository AND o.sha = m.sha
)
SELECT
  repository, sha, at, coalesce(author, author_email) AS author, number,
  CASE WHEN number IS NULL THEN coalesce(why, CASE WHEN not_listed THEN 'not_listed' END) END AS doubt,
  CASE WHEN number IS NULL AND (why IS NOT NULL OR not_listed) THEN 16 ELSE 0 END AS _unknown,
  _leaf, _blob, _record
FROM traced
