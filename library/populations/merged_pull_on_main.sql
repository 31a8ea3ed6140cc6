-- Second source: what the platform calls merged is on the branch, as far back as both lists reach. A row here means that one
-- of the lists is not what it says, or that the branch was rewritten: the definition is corrected and collected again.
WITH reach AS (
  SELECT repository, min(at) AS first_at, max(at) AS last_at FROM main_commit GROUP BY repository
)
SELECT p.repository, p.number, p.merge_sha
FROM pull_request p
JOIN reach r ON r.repository = p.repository AND p.merged_at > r.first_at AND p.merged_at < r.last_at
LEFT JOIN branch_rule b ON b.repository = p.repository AND b.branch = p.base
LEFT JOIN main_commit m ON m.repository = p.repository AND m.sha = p.merge_sha
WHERE p.merge_sha IS NOT NULL AND b.branch IS NOT NULL AND m.sha IS NULL
