//! Deadlines and how their dates moved.

use app::model::deadline::{Deadline, DeadlineEdit, Revision};
use chrono::NaiveDate;
use sqlx::PgConnection;

struct Row {
    id: i64,
    name: String,
    scope: Option<String>,
    services: Vec<String>,
    minimum: String,
    source_url: String,
    note: String,
    origin: String,
    dates: Vec<NaiveDate>,
    announced: Vec<NaiveDate>,
    notes: Vec<String>,
}

/// All deadlines, soonest first.
pub async fn list(conn: &mut PgConnection) -> sqlx::Result<Vec<Deadline>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select d.id, d.name, d.scope, d.services, d.minimum, d.source_url, d.note, d.origin,
                  array_agg(r.date order by r.id) as "dates!", array_agg(r.announced order by r.id) as "announced!",
                  array_agg(r.note order by r.id) as "notes!"
           from deadline d join deadline_revision r on r.deadline_id = d.id
           group by d.id"#
    )
    .fetch_all(conn)
    .await?;
    let mut deadlines = rows.into_iter().map(Deadline::try_from).collect::<sqlx::Result<Vec<_>>>()?;
    deadlines.sort_by_key(|deadline| (deadline.date, deadline.id));
    Ok(deadlines)
}

impl TryFrom<Row> for Deadline {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let decode = |why: String| sqlx::Error::Decode(why.into());
        let dates = row.dates.into_iter().zip(row.announced).zip(row.notes);
        let history: Vec<_> = dates.map(|((date, announced), note)| Revision { date, announced, note }).collect();
        Ok(Self {
            id: row.id,
            name: row.name,
            date: history.last().ok_or(sqlx::Error::RowNotFound)?.date,
            scope: row.scope.map(|scope| scope.parse()).transpose().map_err(decode)?,
            services: row.services,
            minimum: row.minimum.parse().map_err(decode)?,
            source_url: row.source_url,
            note: row.note,
            origin: row.origin.parse().map_err(decode)?,
            history,
        })
    }
}

/// Adds a deadline of one's own. Its rule decides from then on which callers are kept.
pub async fn add(conn: &mut PgConnection, edit: &DeadlineEdit, announced: NaiveDate) -> sqlx::Result<i64> {
    let id = sqlx::query_scalar!(
        "insert into deadline (name, scope, services, minimum, source_url, note) values ($1, $2, $3, $4, $5, $6)
         returning id",
        edit.name,
        edit.scope.map(|scope| scope.as_str()),
        &edit.services,
        edit.minimum.as_str(),
        edit.source_url,
        edit.note,
    )
    .fetch_one(&mut *conn)
    .await?;
    add_revision(conn, id, edit.date, announced).await?;
    Ok(id)
}

/// Changes a deadline; another date becomes a revision, announced on that day. `false` if there is none with this number.
pub async fn change(conn: &mut PgConnection, id: i64, edit: &DeadlineEdit, announced: NaiveDate) -> sqlx::Result<bool> {
    let found = sqlx::query!(
        "update deadline set name = $2, scope = $3, services = $4, minimum = $5, source_url = $6, note = $7, detail = true
         where id = $1",
        id,
        edit.name,
        edit.scope.map(|scope| scope.as_str()),
        &edit.services,
        edit.minimum.as_str(),
        edit.source_url,
        edit.note,
    )
    .execute(&mut *conn)
    .await?;
    if found.rows_affected() == 0 {
        return Ok(false);
    }
    let in_force =
        sqlx::query_scalar!("select date from deadline_revision where deadline_id = $1 order by id desc limit 1", id)
            .fetch_optional(&mut *conn)
            .await?;
    if in_force != Some(edit.date) {
        add_revision(conn, id, edit.date, announced).await?;
    }
    Ok(true)
}

async fn add_revision(conn: &mut PgConnection, id: i64, date: NaiveDate, announced: NaiveDate) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into deadline_revision (deadline_id, date, announced) values ($1, $2, $3)",
        id,
        date,
        announced
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Answers its name; `None` if there is none with this number.
pub async fn remove(conn: &mut PgConnection, id: i64) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("delete from deadline where id = $1 returning name", id).fetch_optional(conn).await
}
