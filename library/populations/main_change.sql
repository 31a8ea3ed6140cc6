-- A commit came by a pull request when it is its merge or squash commit, or one of its own commits (a true merge brings them
-- along). Where the commit list of a merged pull request could not be read to its end, a commit without a pull request may be
-- one of the missing ones: unknown.
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
)
SELECT
  m.repository, m.sha, m.at, coalesce(m.author, m.author_email) AS author, c.number,
  CASE WHEN c.number IS NULL THEN h.why END AS doubt,
  CASE WHEN c.number IS NULL AND h.why IS NOT NULL THEN 16 ELSE 0 END AS _unknown,
  m._leaf, m._blob, m._record
FROM main_commit m
LEFT JOIN came c ON c.repository = m.repository AND c.sha = m.sha
LEFT JOIN hidden h ON h.repository = m.repository
