-- What is deployed, not what was proposed: each deployment, and each commit of the deployed branch that it was the first to
-- carry (main_commit between the commit deployed before and this one). A commit finds its pull request as the merge (or
-- squash) commit, or as the head that was deployed before the merge.
--
-- authors    author of the pull request, authors, co-authors and committers of its commits, as persons; without a pull request
--            those of the commit. The platform's own committer for merges made on its pages is nobody.
-- approvers  persons whose last decisive review before the deployment approves (a later one counts only if there was none
--            before it); bots, services and people who had left by then approve nothing.
-- A person who cannot be told from the authors, a review list that could not be read, a commit list cut off at the source's
-- limit: the set is unknown and never partly known. A commit without a pull request that was carried together with a pull request whose
-- commit list is cut off or denied may be one of its commits: nothing is known of it. A commit without a pull request has none only where the lists of pull
-- requests and their commits reach to its deployment (hole); the same holds for the reviews of one seen before the deployment.
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
advancing AS (
  SELECT * FROM batch WHERE head_at > base_at
),
timeline AS (
  SELECT repository, environment, head_at AS at, 1 AS deploys, '' AS sha FROM advancing
  UNION ALL
  SELECT e.repository, e.environment, m.at, 0, m.sha
  FROM (SELECT DISTINCT repository, environment FROM advancing) e
  JOIN main_commit m ON m.repository = e.repository
),
next_deployed AS (
  SELECT
    repository, environment, at, sha,
    min(CASE WHEN deploys = 1 THEN at END) OVER (
      PARTITION BY repository, environment ORDER BY at DESC, deploys DESC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS head_at
  FROM timeline
),
carried AS (
  SELECT repository, deployment, sha, environment, deployed_at, _leaf, _blob, _record FROM batch
  UNION ALL
  SELECT a.repository, a.deployment, n.sha, a.environment, a.deployed_at, a._leaf, a._blob, a._record
  FROM next_deployed n
  JOIN advancing a ON a.repository = n.repository AND a.environment = n.environment AND a.head_at = n.head_at
  LEFT JOIN proposed c ON c.repository = n.repository AND c.sha = n.sha
  WHERE n.sha <> '' AND n.sha <> a.sha AND n.at > a.base_at AND c.sha IS NULL
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
  WHERE coalesce(committer, committer_email, '') NOT IN ('github:19864447', 'email:noreply@github.com')
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
unlisted AS (
  SELECT d.repository, min(h.starts_at) AS since
  FROM (SELECT DISTINCT repository FROM deployment) d
  JOIN hole h ON starts_with(concat(d.repository, '/'), h.prefix)
  WHERE h.population IN ('pull_request', 'commit')
  GROUP BY d.repository
),
partly_listed AS (
  SELECT DISTINCT m.repository, m.deployment
  FROM matched m
  JOIN hidden h ON h.parent = m.repository || '/' || CAST(m.number AS VARCHAR)
  WHERE h.commits IS NOT NULL
),
authored AS (
  SELECT
    m.*, p.head_sha,
    CASE WHEN a.unresolved OR h.commits IS NOT NULL THEN NULL ELSE a.authors END AS authors,
    CASE WHEN a.unresolved OR h.commits IS NOT NULL THEN NULL ELSE array_to_string(a.authors, chr(10)) END AS author_list,
    m.number IS NULL AND (coalesce(u.since <= m.deployed_at, false) OR l.deployment IS NOT NULL) AS unlisted, p._observed_at AS seen_at,
    coalesce(a.unresolved, false) AS author_unresolved, h.commits AS commits_hidden, h.reviews AS reviews_hidden
  FROM matched m
  LEFT JOIN pull_request p ON p.repository = m.repository AND p.number = m.number
  LEFT JOIN authorship a
    ON a.repository = m.repository AND a.number = coalesce(m.number, -1) AND a.sha = CASE WHEN m.number IS NULL THEN m.sha ELSE '' END
  LEFT JOIN hidden h ON h.parent = m.repository || '/' || CAST(m.number AS VARCHAR)
  LEFT JOIN unlisted u ON u.repository = m.repository
  LEFT JOIN partly_listed l ON l.repository = m.repository AND l.deployment = m.deployment
),
unheard AS (
  SELECT DISTINCT a.repository, a.deployment, a.sha
  FROM authored a
  JOIN hole h ON starts_with(concat(a.repository, '/'), h.prefix) AND h.starts_at <= a.deployed_at AND h.ends_at > a.seen_at
  WHERE h.population = 'review' AND a.seen_at < a.deployed_at
),
left_for_good AS (
  SELECT person, max(ended_at) AS at FROM employment GROUP BY person HAVING bool_and(ended_at IS NOT NULL)
),
serves AS (
  SELECT person, bool_or(kind = 'service') AS service FROM person GROUP BY person
),
judged AS (
  SELECT
    r.repository, r.number, r.at, r.sha,
    CASE WHEN strpos(r.reviewer, ':') = 0 THEN r.reviewer ELSE o.person END AS person,
    coalesce(CASE WHEN strpos(r.reviewer, ':') = 0 THEN r.reviewer ELSE o.person END, r.reviewer, 'deleted:' || r.review) AS voice,
    CASE WHEN r.state = 'APPROVED' AND coalesce(r.reviewer_kind, '') <> 'Bot' AND NOT coalesce(p.service, false)
      AND (l.at IS NULL OR l.at > r.at) THEN '0' ELSE '1' END AS verdict
  FROM review r
  LEFT JOIN account_owner o ON o.account = r.reviewer
  LEFT JOIN serves p ON p.person = coalesce(o.person, r.reviewer)
  LEFT JOIN left_for_good l ON l.person = coalesce(o.person, r.reviewer)
  WHERE r.state IN ('APPROVED', 'CHANGES_REQUESTED', 'DISMISSED') AND r.at IS NOT NULL
),
decisive AS (
  SELECT *, concat(CAST(CAST(at AS BIGINT) AS VARCHAR), verdict, coalesce(sha, '')) AS vote FROM judged
),
voted AS (
  -- One row a voice on a change, and one without a voice where nobody decided. A vote is a text whose greatest is the last
  -- (its instant in 16 digits of microseconds), and of votes at one instant the worse.
  SELECT
    c.repository, c.deployment, c.sha, d.voice,
    max(c.environment) AS environment, max(c.deployed_at) AS deployed_at, max(c.head_sha) AS head_sha, max(c.number) AS number,
    max(c.author_list) AS author_list, bool_or(c.author_unresolved) AS author_unresolved, bool_or(c.unlisted) AS unlisted,
    max(c.commits_hidden) AS commits_hidden, max(c.reviews_hidden) AS reviews_hidden,
    max(c._leaf) AS _leaf, max(c._blob) AS _blob, max(c._record) AS _record,
    max(d.person) AS person,
    bool_or(array_has(c.authors, d.person)) AS wrote,
    coalesce(max(CASE WHEN d.at <= c.deployed_at THEN d.vote END), max(d.vote)) AS vote
  FROM authored c
  LEFT JOIN decisive d ON d.repository = c.repository AND d.number = c.number
  GROUP BY c.repository, c.deployment, c.sha, d.voice
),
approval AS (
  SELECT
    *,
    coalesce(substr(vote, 17, 1) = '0', false) AS approves,
    time_of(CAST(substr(vote, 1, 16) AS BIGINT)) AS at,
    nullif(substr(vote, 18), '') AS approved_sha
  FROM voted
),
best AS (
  SELECT
    *,
    CASE
      WHEN approves AND person IS NOT NULL THEN concat(
        CASE WHEN coalesce(wrote, false) THEN 0 ELSE 4 END
          + CASE WHEN at <= deployed_at THEN 2 ELSE 0 END
          + CASE WHEN approved_sha = head_sha THEN 1 ELSE 0 END,
        substr(vote, 1, 16), coalesce(approved_sha, ''))
    END AS worth
  FROM approval
),
weighed AS (
  SELECT
    repository, deployment, sha,
    max(environment) AS environment, max(deployed_at) AS deployed_at, max(head_sha) AS head_sha, max(number) AS number,
    max(author_list) AS author_list, bool_or(author_unresolved) AS author_unresolved, bool_or(unlisted) AS unlisted,
    max(commits_hidden) AS commits_hidden, max(reviews_hidden) AS reviews_hidden,
    max(_leaf) AS _leaf, max(_blob) AS _blob, max(_record) AS _record,
    array_sort(array_agg(person) FILTER (WHERE approves AND person IS NOT NULL)) AS approvers,
    bool_or(approves AND person IS NULL) AS approver_unresolved,
    max(worth) AS worth
  FROM best
  GROUP BY repository, deployment, sha
),
doubted AS (
  SELECT
    w.*,
    u.sha IS NOT NULL AS unheard,
    w.unlisted OR w.commits_hidden IS NOT NULL OR w.author_unresolved AS authors_unknown,
    w.unlisted OR w.reviews_hidden IS NOT NULL
      OR ((w.approver_unresolved OR u.sha IS NOT NULL) AND coalesce(substr(w.worth, 1, 1), '') <> '7') AS approval_unknown
  FROM weighed w
  LEFT JOIN unheard u ON u.repository = w.repository AND u.deployment = w.deployment AND u.sha = w.sha
)
SELECT
  repository, deployment, sha, environment, deployed_at, head_sha,
  CASE WHEN NOT unlisted THEN string_to_array(author_list, chr(10)) END AS authors,
  CASE WHEN approval_unknown THEN NULL ELSE coalesce(approvers, make_array()) END AS approvers,
  CASE WHEN NOT approval_unknown THEN nullif(substr(worth, 18), '') END AS approved_sha,
  CASE WHEN NOT approval_unknown THEN time_of(CAST(substr(worth, 2, 16) AS BIGINT)) END AS approved_at,
  number,
  CASE
    WHEN unlisted THEN 'not_listed'
    WHEN reviews_hidden IS NOT NULL THEN 'read_denied'
    WHEN commits_hidden = 'capped' THEN 'capped'
    WHEN commits_hidden IS NOT NULL THEN 'read_denied'
    WHEN author_unresolved OR (approval_unknown AND approver_unresolved) THEN 'unresolved'
    WHEN approval_unknown AND unheard THEN 'not_listed'
  END AS doubt,
  CASE WHEN authors_unknown THEN 64 ELSE 0 END + CASE WHEN approval_unknown THEN 128 + 256 + 512 ELSE 0 END
    + CASE WHEN unlisted THEN 32 + 1024 ELSE 0 END AS _unknown,
  _leaf, _blob, _record
FROM doubted
