//! Counts the calls of a batch, in one transaction.

use super::{
    Claim, Error,
    batch::{Batch, Known},
    decide,
    failpoint::{self, Step},
    outcome::Outcome,
};
use crate::{
    db::{self, event_set},
    tally::Key,
};
use app::model::tls::UnknownReason;
use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use sqlx::PgConnection;

/// What to do after a batch.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    GoOn,
    /// Somebody cancelled the upload.
    Stop,
}

/// Either all of the batch is counted and noted in the ledger, or nothing.
pub(super) async fn commit(claim: &mut Claim, batch: Batch, bytes_read: i64) -> Result<Next, Error> {
    let id = claim.upload_id;
    let mut transaction = claim.begin().await?;
    failpoint::reach(Step::Held);
    let next = add(&mut transaction, id, batch, Some(bytes_read)).await?;
    failpoint::reach(Step::Counted);
    transaction.commit().await?;
    failpoint::reach(Step::Committed);
    Ok(next)
}

/// Within a transaction. `bytes_read`: of the upload so far, where it is known.
pub(super) async fn add(
    conn: &mut PgConnection,
    id: i64,
    mut batch: Batch,
    bytes_read: Option<i64>,
) -> Result<Next, Error> {
    db::lock::counting(conn).await?;
    mark_known(conn, id, &mut batch).await?;
    let mut outcome = Outcome::new(&batch);
    let sets = outcome.decide_calls(&batch);
    event_set::insert(conn, id, sets).await?;
    let contents = db::log_file::counted_contents(conn, &outcome.contents(&batch)).await?;
    outcome.decide_plain(&batch, contents);
    count(conn, id, &batch, &outcome).await?;
    db::log_file::upsert(conn, id, &outcome.ledger(&batch)).await?;
    let standing = db::upload::lock(conn, id).await?.ok_or(Error::NotFound(id))?;
    let unknown = add_unknown(standing.unknown, outcome.unknown());
    db::upload::add(conn, id, &outcome.totals(&batch), &unknown, bytes_read).await?;
    if outcome.counts_change() {
        db::rollup::bump_revision(conn).await?;
    }
    Ok(if standing.cancel_requested { Next::Stop } else { Next::GoOn })
}

/// Finds out which identities of the batch are counted already.
async fn mark_known(conn: &mut PgConnection, id: i64, batch: &mut Batch) -> sqlx::Result<()> {
    let hours: Vec<_> = batch.hours.keys().map(|hour| time(*hour)).collect();
    batch.hours.values_mut().for_each(|entries| decide::sort(entries));
    event_set::counted(conn, &hours, |hour, upload_id, set| {
        let known = if upload_id == id { Known::ThisUpload } else { Known::AnotherUpload };
        if let Some(entries) = batch.hours.get_mut(&hour_of(hour)) {
            decide::mark(entries, set, known);
        }
    })
    .await
}

/// Adds what is new to the rollups.
async fn count(conn: &mut PgConnection, id: i64, batch: &Batch, outcome: &Outcome) -> sqlx::Result<()> {
    let used = outcome.keys_used();
    let keys: Vec<&Key> = used.iter().map(|key| &*batch.keys[*key as usize]).collect();
    let names = db::dimension::resolve(conn, &keys).await?;
    let names = used.into_iter().zip(names).collect();
    db::rollup::add(conn, id, &outcome.call_rows(&names)).await?;
    db::caller_day::add(conn, id, &outcome.caller_rows(&names)).await
}

/// `{reason: calls}` of the upload, with more calls.
fn add_unknown(sums: Value, more: FxHashMap<UnknownReason, i64>) -> Value {
    let mut sums = match sums {
        Value::Object(sums) => sums,
        _ => Map::new(),
    };
    for (reason, calls) in more {
        let sum = sums.get(reason.as_str()).and_then(Value::as_i64).unwrap_or(0);
        sums.insert(reason.to_string(), (sum + calls).into());
    }
    Value::Object(sums)
}

/// Hours since 1970.
pub(super) fn time(hour: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(i64::from(hour) * 3600, 0).unwrap_or_default()
}

fn hour_of(time: DateTime<Utc>) -> u32 {
    u32::try_from(time.timestamp() / 3600).unwrap_or_default()
}
