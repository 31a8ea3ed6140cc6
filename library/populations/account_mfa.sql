-- Versions of active accounts. A service account that somebody used at a screen is a person's account for this purpose.
WITH used AS (
  SELECT account, count(*) AS sign_ins FROM login WHERE outcome = 'success' AND interactive GROUP BY account
)
SELECT
  a.account, a.system, a.kind,
  a.kind IN ('human', 'shared') OR u.sign_ins IS NOT NULL AS interactive,
  a.mfa,
  CASE WHEN unknown(a.mfa) THEN 16 ELSE 0 END AS _unknown,
  a._leaf, a._blob, a._record, a.valid_from, a.valid_to
FROM account a
LEFT JOIN used u ON u.account = a.account
WHERE a.status = 'active'
