-- What is deployed, not what was proposed: each deployment, and each commit of the deployed branch that it was the first to
-- carry (main_commit between the commit deployed before and this one). A commit finds its pull request as the merge (or
-- squash) commit, or as the head that was deployed before the merge.
--
-- authors    author of the pull request, authors, co-authors and committers of its commits, as persons; without a pull request
--            those of the commit. The platform's own committer for merges made on its pages is nobody.
-- approvers  persons whose last decisive review before the deployment approves (a later one counts only if there was none
--            before it); bots, services and people who had left by then approve nothing.
-- A person who cannot be told from the authors, a review list that could not be read, a commit list cut off at the source's
-- limit: the set is unknown and never partly known.
WITH deployed AS (
  SELECT d.*, m.at AS head_at
  FROM deployment d
  LEFT JOIN main_commit m ON m.repository = d.repository AND m.sha = d.sha
),
batch AS (
  SELECT
    repository, deployment, sha, environment, deployed_at, head_at, _leaf, _blob, _record,
    max(head_at) OVER (
      PARTITION BY repository, environment ORDER BY deployed_at, deployment
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS base_at
  FROM deployed
),
proposed AS (
  SELECT DISTINCT repository, sha FROM commit
),
carried AS (
  SELECT repository, deployment, sha, environment, deployed_at, _leaf, _blob, _record FROM batch
  UNION ALL
  SELECT b.repository, b.deployment, m.sha, b.environment, b.deployed_at, b._leaf, b._blob, b._record
  FROM batch b
  JOIN main_commit m ON m.repository = b.repository AND m.at > b.base_at AND m.at <= b.head_at AND m.sha <> b.sha
  LEFT JOIN proposed c ON c.repository = m.repository AND c.sha = m.sha
  WHERE c.sha IS NULL
),
merged AS (
  SELECT repository, merge_sha AS sha, max(number) AS number
  FROM pull_request
  WHERE merged_at IS NOT NULL AND merge_sha IS NOT NULL
  GROUP BY repository, merge_sha
),
headed AS (
  SELECT repository, head_sha AS sha, max(number) AS number FROM pull_request GROUP BY repository, head_sha
),
matched AS (
  SELECT c.*, coalesce(m.number, h.number) AS number
  FROM carried c
  LEFT JOIN merged m ON m.repository = c.repository AND m.sha = c.sha
  LEFT JOIN headed h ON h.repository = c.repository AND h.sha = c.sha
),
machine AS (
  SELECT author AS account FROM pull_request WHERE author_kind = 'Bot'
  UNION
  SELECT reviewer FROM review WHERE reviewer_kind = 'Bot'
),
wrote AS (
  SELECT repository, number, '' AS sha, author AS account, CAST(NULL AS VARCHAR) AS email FROM pull_request
  UNION ALL
  SELECT repository, number, '', author, author_email FROM commit
  UNION ALL
  SELECT repository, number, '', committer, committer_email FROM commit
  WHERE coalesce(committer, '') <> 'github:19864447' AND coalesce(committer_email, '') <> 'email:noreply@github.com'
  UNION ALL
  SELECT repository, number, '', unnest(co_authors), CAST(NULL AS VARCHAR) FROM commit WHERE co_authors IS NOT NULL
  UNION ALL
  SELECT repository, -1, sha, author, author_email FROM main_commit
),
writer AS (
  SELECT DISTINCT
    w.repository, w.number, w.sha,
    CASE
      WHEN strpos(w.account, ':') = 0 THEN w.account
      WHEN strpos(w.email, ':') = 0 THEN w.email
      ELSE coalesce(a.person, e.person, b.account)
    END AS person
  FROM wrote w
  LEFT JOIN account_owner a ON a.account = w.account
  LEFT JOIN account_owner e ON e.account = w.email
  LEFT JOIN machine b ON b.account = w.account
),
authorship AS (
  SELECT
    repository, number, sha,
    array_sort(array_agg(person) FILTER (WHERE person IS NOT NULL)) AS authors,
    count(*) > count(person) AS unresolved
  FROM writer
  GROUP BY repository, number, sha
),
hidden AS (
  SELECT
    parent,
    max(CASE WHEN population = 'commit' THEN why END) AS commits,
    max(CASE WHEN population = 'review' THEN why END) AS reviews
  FROM gap
  WHERE population IN ('commit', 'review')
  GROUP BY parent
),
authored AS (
  SELECT
    m.*, p.head_sha,
    CASE WHEN a.unresolved OR h.commits IS NOT NULL THEN NULL ELSE a.authors END AS authors,
    coalesce(a.unresolved, false) AS author_unresolved, h.commits AS commits_hidden, h.reviews AS reviews_hidden
  FROM matched m
  LEFT JOIN pull_request p ON p.repository = m.repository AND p.number = m.number
  LEFT JOIN authorship a
    ON a.repository = m.repository AND a.number = coalesce(m.number, -1) AND a.sha = CASE WHEN m.number IS NULL THEN m.sha ELSE '' END
  LEFT JOIN hidden h ON h.parent = m.repository || '/' || CAST(m.number AS VARCHAR)
),
left_for_good AS (
  SELECT person, max(ended_at) AS at FROM employment GROUP BY person HAVING bool_and(ended_at IS NOT NULL)
),
serves AS (
  SELECT person, bool_or(kind = 'service') AS service FROM person GROUP BY person
),
decisive AS (
  SELECT
    r.repository, r.number, r.at, r.state, r.sha,
    CASE WHEN strpos(r.reviewer, ':') = 0 THEN r.reviewer ELSE o.person END AS person,
    coalesce(CASE WHEN strpos(r.reviewer, ':') = 0 THEN r.reviewer ELSE o.person END, r.reviewer, 'deleted:' || r.review) AS voice,
    coalesce(r.reviewer_kind, '') <> 'Bot' AND NOT coalesce(p.service, false) AND (l.at IS NULL OR l.at > r.at) AS counts
  FROM review r
  LEFT JOIN account_owner o ON o.account = r.reviewer
  LEFT JOIN serves p ON p.person = coalesce(o.person, r.reviewer)
  LEFT JOIN left_for_good l ON l.person = coalesce(o.person, r.reviewer)
  WHERE r.state IN ('APPROVED', 'CHANGES_REQUESTED', 'DISMISSED') AND r.at IS NOT NULL
),
heard AS (
  SELECT
    c.repository, c.deployment, c.sha, d.voice,
    coalesce(max(CASE WHEN d.at <= c.deployed_at THEN d.at END), max(d.at)) AS at
  FROM authored c
  JOIN decisive d ON d.repository = c.repository AND d.number = c.number
  GROUP BY c.repository, c.deployment, c.sha, d.voice
),
approval AS (
  SELECT
    c.repository, c.deployment, c.sha, h.voice, h.at,
    max(d.person) AS person, max(d.sha) AS approved_sha,
    CASE WHEN coalesce(bool_or(array_has(c.authors, d.person)), false) THEN 0 ELSE 4 END
      + CASE WHEN h.at <= max(c.deployed_at) THEN 2 ELSE 0 END
      + CASE WHEN max(d.sha) = max(c.head_sha) THEN 1 ELSE 0 END AS worth
  FROM authored c
  JOIN heard h ON h.repository = c.repository AND h.deployment = c.deployment AND h.sha = c.sha
  JOIN decisive d ON d.repository = c.repository AND d.number = c.number AND d.voice = h.voice AND d.at = h.at
  GROUP BY c.repository, c.deployment, c.sha, h.voice, h.at
  HAVING bool_and(d.state = 'APPROVED' AND d.counts)
),
approved AS (
  SELECT
    repository, deployment, sha,
    array_sort(array_agg(person) FILTER (WHERE person IS NOT NULL)) AS approvers,
    count(*) > count(person) AS unresolved,
    max(CASE WHEN person IS NOT NULL THEN worth END) AS worth,
    first_value(approved_sha ORDER BY worth DESC, at DESC, voice) FILTER (WHERE person IS NOT NULL) AS approved_sha,
    first_value(at ORDER BY worth DESC, at DESC, voice) FILTER (WHERE person IS NOT NULL) AS approved_at
  FROM approval
  GROUP BY repository, deployment, sha
),
weighed AS (
  SELECT
    c.*, a.approvers, a.approved_sha, a.approved_at,
    c.authors IS NULL AND (c.commits_hidden IS NOT NULL OR c.author_unresolved) AS authors_unknown,
    c.reviews_hidden IS NOT NULL OR (coalesce(a.unresolved, false) AND coalesce(a.worth, 0) < 7) AS approval_unknown,
    coalesce(a.unresolved, false) AS approver_unresolved
  FROM authored c
  LEFT JOIN approved a ON a.repository = c.repository AND a.deployment = c.deployment AND a.sha = c.sha
)
SELECT
  repository, deployment, sha, environment, deployed_at, head_sha, authors,
  CASE WHEN approval_unknown THEN NULL ELSE coalesce(approvers, make_array()) END AS approvers,
  CASE WHEN NOT approval_unknown THEN approved_sha END AS approved_sha,
  CASE WHEN NOT approval_unknown THEN approved_at END AS approved_at,
  number,
  CASE
    WHEN reviews_hidden IS NOT NULL THEN 'read_denied'
    WHEN commits_hidden = 'capped' THEN 'capped'
    WHEN commits_hidden IS NOT NULL THEN 'read_denied'
    WHEN author_unresolved OR (approval_unknown AND approver_unresolved) THEN 'unresolved'
  END AS doubt,
  CASE WHEN authors_unknown THEN 64 ELSE 0 END + CASE WHEN approval_unknown THEN 128 + 256 + 512 ELSE 0 END AS _unknown,
  _leaf, _blob, _record
FROM weighed
