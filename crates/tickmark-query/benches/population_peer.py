#!/usr/bin/env python3
"""DuckDB asked the questions of examples/population_bench.rs over the same files.

usage: population_peer.py DIR THREADS [ROUNDS]     (pip install duckdb; prints one JSON line, best milliseconds of ROUNDS)
Each question is asked in the form that is fastest in DuckDB of those we know; counts must equal what the bench found.
"""
import glob, json, sys, time
import duckdb

folder, threads = sys.argv[1], int(sys.argv[2])
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
QUESTIONS = {
    "q1_access_after_term": """select count(*) from access_event e join person p on p.person_id = e.person_id
        where p.term_ts is not null and e."at" > p.term_ts + interval '24 hours'""",
    "q2_unapproved_changes": """with stance as (
          select a.change_id, a.approver_id, max(case when a.state = 'APPROVED' then a."at" end) yes,
            max(case when a.state = 'DISMISSED' then a."at" end) no
          from approval a join change c on c.change_id = a.change_id
          where a."at" <= c.merged_at and a.approver_id <> c.author_id and a.state <> 'COMMENTED' group by 1, 2)
        select count(*) from change c where not exists (select 1 from stance s where s.change_id = c.change_id
          and s.yes is not null and (s.no is null or s.yes > s.no))""",
    "q3_unreviewed_account_quarters": """select count(*) from account a join quarter q
          on a.granted_at < q.q_start and (a.revoked_at is null or a.revoked_at >= q.q_end)
        where not exists (select 1 from review_item r where r.account_id = a.account_id and r.quarter = q.quarter
          and r."at" >= q.q_start and r."at" < q.q_end)""",
    "q4_backup_gaps": """select count(*) from (select "at", lag("at") over (partition by asset_id order by "at") prev from backup where ok) b
        where "at" > prev + interval '26 hours'""",
    "q5_busy_days_by_system": """select count(*) from (select system_id, date_trunc('day', "at") d, count(*) n, count(distinct person_id) u
        from access_event where action = 'ssh.session' group by 1, 2) x where n > u * 3""",
}
db = duckdb.connect()
db.execute(f"set threads = {threads}")
db.execute("set TimeZone = 'UTC'")
for path in glob.glob(f"{folder}/*/*.parquet"):
    name = path.split("/")[-2]
    db.execute(f"create view {name} as select * from read_parquet('{path}')")
result = {}
for name, sql in QUESTIONS.items():
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        found = db.execute(sql).fetchone()[0]
        best = min(best, time.perf_counter() - start)
    result[name] = {"found": found, "wall_ms": round(best * 1e3, 1)}
print(json.dumps({"engine": "duckdb " + duckdb.__version__, "threads": threads, "res": result}))
