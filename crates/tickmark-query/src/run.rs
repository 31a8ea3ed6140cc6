//! Running a job in this process: the worker's inside, and the tests'.

use std::{panic::resume_unwind, thread};

use arrow::array::{ArrayRef, RecordBatch};
use datafusion::{dataframe::DataFrame, prelude::SessionContext};
use futures::StreamExt as _;
use tickmark_core::{
    judge::{
        job::{Job, JobColumn, Kind, ReconcileQuery, Value},
        outcome::Outcome,
        populations::{Answer, Populations, QueryError},
        tally::RowTally,
    },
    model::time::{Day, Time},
};

use crate::{
    arrow_value, cache::TableCache, error::sql as sql_error, limits, rows::TestColumns, session,
};

/// An engine in the same process. The worker uses it behind its limits; nothing else runs foreign SQL through it.
#[derive(Debug, Default)]
pub struct InProcess {
    cache: TableCache,
}

impl Populations for InProcess {
    fn query(&self, job: &Job, limit: usize) -> Result<Answer, QueryError> {
        block_on(|| async {
            let session = session::of(job, &self.cache).await?;
            answer(session::plan(&session, &job.sql).await?, limit).await
        })
    }

    fn test(&self, job: &Job) -> Result<Outcome, QueryError> {
        block_on(|| async {
            let session = session::of(job, &self.cache).await?;
            for check in &job.reconcile {
                reconcile(&session, check).await?;
            }
            judge(&session, job).await
        })
    }
}

/// Runs on threads with stacks deep enough for deep plans.
fn block_on<T: Send, F: Future<Output = Result<T, QueryError>>>(
    work: impl FnOnce() -> F + Send,
) -> Result<T, QueryError> {
    let failed = |e: std::io::Error| QueryError::Worker {
        what: e.to_string(),
    };
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .thread_stack_size(limits::STACK_BYTES)
            .build()
            .map_err(failed)?;
        runtime.block_on(work())
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(limits::STACK_BYTES);
        let running = thread.spawn_scoped(scope, run).map_err(failed)?;
        running.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

async fn answer(frame: DataFrame, limit: usize) -> Result<Answer, QueryError> {
    let mut answer = Answer::default();
    for field in frame.schema().fields() {
        let kind = arrow_value::kind(field.data_type()).ok_or_else(|| QueryError::Sql {
            what: format!(
                "column `{}` has type {}, which cannot be shown; cast it to text",
                field.name(),
                field.data_type()
            ),
        })?;
        answer.columns.push(JobColumn {
            name: field.name().clone(),
            kind,
        });
    }
    let mut stream = frame.execute_stream().await.map_err(sql_error)?;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(sql_error)?;
        let columns = normal(&batch)?;
        for row in 0..batch.num_rows() {
            if answer.rows.len() == limit {
                answer.truncated = true;
                return Ok(answer);
            }
            answer.rows.push(values(&columns, row));
        }
    }
    Ok(answer)
}

fn normal(batch: &RecordBatch) -> Result<Vec<(ArrayRef, Kind)>, QueryError> {
    let columns: Result<Vec<_>, _> = batch.columns().iter().map(arrow_value::normal).collect();
    columns.map_err(|e| sql_error(e.into()))
}

fn values(columns: &[(ArrayRef, Kind)], row: usize) -> Vec<Value> {
    let cells = columns.iter();
    cells
        .map(|(array, kind)| arrow_value::value(array, *kind, row))
        .collect()
}

/// A reconciling query must give no row.
async fn reconcile(session: &SessionContext, check: &ReconcileQuery) -> Result<(), QueryError> {
    let frame = session::plan(session, &check.sql).await?;
    let mut stream = frame.execute_stream().await.map_err(sql_error)?;
    let (mut rows, mut first) = (0_u64, Vec::new());
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(sql_error)?;
        for row in batch_values(&batch)? {
            // The order of the rows is the engine's; what is told must not be.
            if rows == 0 || row < first {
                first = row;
            }
            rows += 1;
        }
    }
    if rows == 0 {
        return Ok(());
    }
    Err(QueryError::Mismatch {
        name: check.name.clone(),
        rows,
        first: first.iter().map(show).collect::<Vec<_>>().join(", "),
    })
}

fn batch_values(batch: &RecordBatch) -> Result<Vec<Vec<Value>>, QueryError> {
    let columns = normal(batch)?;
    Ok((0..batch.num_rows())
        .map(|row| values(&columns, row))
        .collect())
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "absent".to_owned(),
        Value::Text(v) | Value::Decimal(v) => v.clone(),
        Value::Bool(v) => v.to_string(),
        Value::Int(v) | Value::Duration(v) => v.to_string(),
        Value::Time(v) => Time::from_micros(*v).to_string(),
        Value::Date(v) => {
            Day::new(1970, 1, 1).map_or_else(|_| v.to_string(), |d| d.plus_days(*v).to_string())
        }
        Value::Set(v) => v.join(";"),
    }
}

async fn judge(session: &SessionContext, job: &Job) -> Result<Outcome, QueryError> {
    let Some(judged) = &job.judged else {
        return Err(QueryError::Rows {
            what: "the job does not say how to judge".to_owned(),
        });
    };
    let frame = session::plan(session, &job.sql).await?;
    let mut tally = RowTally::new(judged);
    let mut stream = frame.execute_stream().await.map_err(sql_error)?;
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(sql_error)?;
        TestColumns::of(&batch, &judged.attributes)?.push_all(&mut tally)?;
    }
    Ok(tally.finish())
}
