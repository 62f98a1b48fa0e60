//! The audit log. Lines are added and read; the database refuses everything else.

use app::model::{
    audit::{Action, AuditFilter, Entry},
    person::Actor,
};
use chrono::{DateTime, Days, Utc};
use sqlx::PgConnection;

/// Longest text about what something was done to, in characters.
const LONGEST: usize = 500;

/// In the transaction of what is done, where there is one.
pub async fn add(conn: &mut PgConnection, actor: &Actor, action: Action, about: &str) -> sqlx::Result<()> {
    let about: String = about.chars().take(LONGEST).collect();
    sqlx::query!(
        "insert into audit (person_id, name, address, action, about) values ($1, $2, $3, $4, $5)",
        actor.person,
        actor.name,
        actor.address,
        action.as_str(),
        about
    )
    .execute(conn)
    .await?;
    Ok(())
}

struct Row {
    id: i64,
    time: DateTime<Utc>,
    name: String,
    address: String,
    action: String,
    about: String,
}

/// The newest first, so many at most.
pub async fn list(conn: &mut PgConnection, filter: &AuditFilter, limit: i64) -> sqlx::Result<Vec<Entry>> {
    let midnight = |day: chrono::NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
    let rows = sqlx::query_as!(
        Row,
        "select id, time, name, address, action, about from audit
         where ($1 = '' or lower(name) = lower($1)) and ($2::text is null or action = $2)
           and ($3::timestamptz is null or time >= $3) and ($4::timestamptz is null or time < $4)
           and ($5::bigint is null or id < $5)
         order by id desc limit $6",
        filter.name,
        filter.action.map(Action::as_str),
        filter.from.map(midnight),
        filter.to.and_then(|day| day.checked_add_days(Days::new(1))).map(midnight),
        filter.before,
        limit
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Entry::try_from).collect()
}

impl TryFrom<Row> for Entry {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let action = row.action.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))?;
        Ok(Self { id: row.id, time: row.time, name: row.name, address: row.address, action, about: row.about })
    }
}
