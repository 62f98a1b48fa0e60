//! From what a queue told into the ledger.

use super::{list::remember, shown};
use crate::{
    db::{
        self,
        bucket::{
            object::{self, Listed},
            queue::Heard,
            trail, work,
        },
    },
    ingest::Error,
    source::bucket::{
        Message, Trail,
        layout::{self, Logged, Other},
    },
};
use app::model::source::BucketChoice;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use std::collections::BTreeMap;

/// A name that says that it was delivered so much later than now is wrong.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// What is told, sorted into what is to be read and what is left alone.
#[derive(Default)]
struct Sorted<'m> {
    /// By their keys, in which order whoever lists adds them too.
    wanted: BTreeMap<&'m str, Listed>,
    /// By their folders, each with its newest object.
    trails: BTreeMap<&'m str, (Trail, Option<DateTime<Utc>>)>,
    others: BTreeMap<Other, u64>,
}

/// Remembers what is to be read, as a listing does. An object that is new now is read whatever day is in its key.
pub(super) async fn note(
    conn: &mut PgConnection,
    id: i64,
    choice: &BucketChoice,
    messages: &[Message],
    now: DateTime<Utc>,
) -> Result<Heard, Error> {
    let sorted = sort(choice, messages, now);
    let (trails, newest): (Vec<Trail>, Vec<_>) = sorted.trails.into_values().unzip();
    let wanted: Vec<Listed> = sorted.wanted.into_values().collect();
    let mut heard = Heard { wanted: wanted.len() as i64, ..Heard::default() };
    if !wanted.is_empty() {
        remember(conn, id, &trails).await?;
        heard.new = object::insert(conn, id, &wanted).await?;
        for (trail, newest) in trails.iter().zip(newest) {
            if let Some(newest) = newest {
                trail::newest(conn, id, &trail.folder, newest).await?;
            }
        }
    }
    if !sorted.others.is_empty() {
        db::bucket::add_others(conn, id, &shown::others(&sorted.others)).await?;
    }
    if heard.new > 0 {
        work::reopen(conn, id).await?;
    }
    Ok(heard)
}

fn sort<'m>(choice: &BucketChoice, messages: &'m [Message], now: DateTime<Utc>) -> Sorted<'m> {
    let mut sorted = Sorted::default();
    for message in messages {
        // What comes again was counted.
        let mut other = |kind, number| {
            if message.is_first && number > 0 {
                *sorted.others.entry(kind).or_default() += number;
            }
        };
        other(Other::Unknown, message.odd);
        for told in &message.objects {
            let logged = match layout::parse(&told.key) {
                Ok(logged) if choice.has_trail(logged.account, logged.region) => logged,
                Ok(_) => continue,
                Err(kind) => {
                    other(kind, 1);
                    continue;
                }
            };
            let known = sorted.trails.entry(logged.trail).or_insert_with(|| (trail_of(&logged), None));
            known.1 = known.1.max(logged.delivered().filter(|delivered| *delivered < now + AHEAD));
            let listed = Listed { key: told.key.clone(), bytes: shown::signed(told.bytes), day: logged.day };
            sorted.wanted.insert(&told.key, listed);
        }
    }
    sorted
}

fn trail_of(logged: &Logged<'_>) -> Trail {
    Trail {
        folder: logged.trail.to_owned(),
        organization: logged.organization.map(str::to_owned),
        account: logged.account.to_owned(),
        region: logged.region.to_owned(),
    }
}
