-- Every employment that ended, times every account its person held then or got later. What counts is the last time the
-- account was active before the person came back, so that disabling and enabling again does not hide it.
--
-- A snapshot only says that a change lies between the last look that saw the account active (active_at) and the first that
-- saw it disabled (disabled_at); an entry of the system's own log between the two gives the instant. An account that is gone
-- from the snapshots without a log entry is unknown: it may have been deleted, or left out of the list. An account that the
-- identity table also gave to somebody else may be active for that person; one handed over before the end is not the leaver's. Without a stated end date nothing was in time.
--
-- A sign-in to such an account is the leaver's while the table names nobody else, the other person's once it names the leaver no
-- more, and nobody can tell whose while it names both, or none of them.
WITH claimed AS (
  SELECT account, person, bool_or(valid_to IS NULL) AS named, max(valid_to) AS last_to FROM identity GROUP BY account, person
),
shared AS (
  SELECT account, count(*) AS persons FROM claimed GROUP BY account
),
held AS (
  SELECT
    e.person, e.start_on, e.location, e.ended_at, e.end_stated, e.next_start_at, e._leaf, e._blob, e._record,
    a.account, a.system, a.kind, a.valid_from, a.valid_to, a.seen_last, s.persons > 1 AS other_owner,
    c.account AS answering, CASE WHEN NOT c.named THEN c.last_to END AS claimed_to
  FROM employment e
  JOIN claimed c ON c.person = e.person
  JOIN shared s ON s.account = c.account
  JOIN account a ON coalesce(a.owner_account, a.account) = c.account
  WHERE e.ended_at IS NOT NULL
    AND (c.named OR c.last_to > e.ended_at OR s.persons = 1)
    AND a.status = 'active'
    AND (a.valid_to IS NULL OR a.valid_to > e.started_at)
    AND (e.next_start_at IS NULL OR a.valid_from < e.next_start_at)
),
last_active AS (
  SELECT
    person, start_on, account,
    max(location) AS location, max(ended_at) AS ended_at, max(next_start_at) AS next_start_at,
    max(system) AS system, max(kind) AS kind, max(valid_from) AS valid_from,
    bool_and(end_stated) AS end_stated, bool_or(other_owner) AS other_owner,
    max(answering) AS answering, max(claimed_to) AS claimed_to,
    max(_leaf) AS _leaf, max(_blob) AS _blob, max(_record) AS _record
  FROM held
  GROUP BY person, start_on, account
),
ending AS (
  SELECT
    l.*, h.valid_to, h.seen_last,
    l.next_start_at IS NOT NULL AND (h.valid_to IS NULL OR h.valid_to > l.next_start_at) AS until_return
  FROM last_active l
  JOIN held h ON h.person = l.person AND h.start_on = l.start_on AND h.account = l.account AND h.valid_from = l.valid_from
),
followed AS (
  SELECT e.person, e.start_on, e.account, count(*) AS versions
  FROM ending e
  JOIN account a ON a.account = e.account AND a.valid_from = e.valid_to
  GROUP BY e.person, e.start_on, e.account
),
logged AS (
  SELECT e.person, e.start_on, e.account, min(c.at) AS at
  FROM ending e
  JOIN account_change c ON c.account = e.account
  WHERE c.action IN ('disabled', 'deleted') AND c.at >= e.seen_last AND (e.valid_to IS NULL OR c.at <= e.valid_to)
  GROUP BY e.person, e.start_on, e.account
),
sign_in AS (
  SELECT
    e.person, e.start_on, e.account, g.at,
    min(CASE WHEN e.other_owner THEN e.answering END) AS answering,
    bool_or(e.claimed_to IS NULL OR e.claimed_to > g.at) AS own
  FROM ending e
  JOIN login g ON g.account = e.account
  WHERE g.outcome = 'success' AND g.at > e.ended_at AND (e.next_start_at IS NULL OR g.at < e.next_start_at)
  GROUP BY e.person, e.start_on, e.account, g.at
),
whose AS (
  SELECT
    s.person, s.start_on, s.account, s.at, s.answering IS NOT NULL AS shared, s.own,
    coalesce(bool_or(i.valid_from <= s.at AND (i.valid_to IS NULL OR i.valid_to > s.at)), false) AS others
  FROM sign_in s
  LEFT JOIN identity i ON i.account = s.answering AND i.person <> s.person
  GROUP BY s.person, s.start_on, s.account, s.at, s.answering, s.own
),
used AS (
  SELECT
    person, start_on, account,
    min(CASE WHEN NOT shared OR (own AND NOT others) THEN at END) AS at,
    bool_or(shared AND own = others) AS by_either
  FROM whose
  GROUP BY person, start_on, account
),
settled AS (
  SELECT
    e.*, u.at AS used_at, u.at IS NULL AND coalesce(u.by_either, false) AS used_by_either,
    CASE
      WHEN e.until_return THEN e.next_start_at
      WHEN c.at IS NOT NULL THEN c.at
      ELSE e.seen_last
    END AS last_seen_active,
    CASE
      WHEN e.until_return THEN NULL
      WHEN c.at IS NOT NULL THEN c.at
      WHEN e.valid_to IS NOT NULL AND f.versions > 0 THEN e.valid_to
    END AS disabled_at,
    NOT e.until_return AND c.at IS NULL AND e.valid_to IS NOT NULL AND f.versions IS NULL AS vanished
  FROM ending e
  LEFT JOIN followed f ON f.person = e.person AND f.start_on = e.start_on AND f.account = e.account
  LEFT JOIN logged c ON c.person = e.person AND c.start_on = e.start_on AND c.account = e.account
  LEFT JOIN used u ON u.person = e.person AND u.start_on = e.start_on AND u.account = e.account
)
SELECT
  person, start_on, account, system, kind, location, ended_at, next_start_at,
  CASE WHEN last_seen_active > ended_at AND NOT other_owner THEN last_seen_active END AS active_at,
  CASE WHEN end_stated THEN disabled_at END AS disabled_at,
  used_at,
  CASE WHEN vanished THEN 'vanished' WHEN other_owner THEN 'other_owner' WHEN NOT end_stated THEN 'end_not_stated' END AS doubt,
  CASE WHEN vanished OR (other_owner AND disabled_at IS NULL) OR NOT end_stated THEN 512 ELSE 0 END
    + CASE WHEN used_by_either THEN 1024 ELSE 0 END AS _unknown,
  _leaf, _blob, _record
FROM settled
