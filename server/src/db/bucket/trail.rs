//! Trails: one per account and region, and up to when there are logs of it.

use app::model::source::Freshness;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

#[derive(Debug, Clone)]
pub struct Trail {
    pub folder: String,
    pub organization: Option<String>,
    pub account: String,
    pub region: String,
}

/// Remembers those that are new.
pub async fn insert(conn: &mut PgConnection, id: i64, trails: &[Trail]) -> sqlx::Result<()> {
    let column = |text: fn(&Trail) -> &String| trails.iter().map(|trail| text(trail).clone()).collect::<Vec<_>>();
    let organizations: Vec<Option<String>> = trails.iter().map(|trail| trail.organization.clone()).collect();
    sqlx::query!(
        "insert into bucket_trail (upload_id, folder, organization, account, region)
         select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[]) on conflict do nothing",
        id,
        &column(|trail| &trail.folder),
        &organizations as &[Option<String>],
        &column(|trail| &trail.account),
        &column(|trail| &trail.region)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// A trail that is followed.
pub struct Followed {
    pub folder: String,
    pub organization: Option<String>,
    pub account: String,
    pub region: String,
    /// From when on new objects are looked for, without any overlap.
    pub since: DateTime<Utc>,
    /// Late ones were not looked for today.
    pub late_is_due: bool,
}

pub async fn followed(conn: &mut PgConnection, id: i64) -> sqlx::Result<Vec<Followed>> {
    sqlx::query_as!(
        Followed,
        r#"select t.folder, t.organization, t.account, t.region, greatest(t.newest, b.follow_from) as "since!",
                  coalesce(t.late_listed < now() - interval '1 day', t.newest is not null) as "late_is_due!"
           from bucket_trail t join bucket b on b.upload_id = t.upload_id
           where t.upload_id = $1 and b.follow_from is not null order by t.folder"#,
        id
    )
    .fetch_all(conn)
    .await
}

/// An object that was delivered then is known.
pub async fn newest(conn: &mut PgConnection, id: i64, folder: &str, newest: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket_trail set newest = $3 where upload_id = $1 and folder = $2 and (newest is null or newest < $3)",
        id,
        folder,
        newest
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn listed(conn: &mut PgConnection, id: i64, folder: &str, late: bool) -> sqlx::Result<()> {
    sqlx::query!(
        "update bucket_trail set listed = now(), late_listed = case when $3 then now() else late_listed end
         where upload_id = $1 and folder = $2",
        id,
        folder,
        late
    )
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn freshness(conn: &mut PgConnection, id: i64) -> sqlx::Result<Vec<Freshness>> {
    sqlx::query_as!(
        Freshness,
        "select organization, account, region, newest, listed as looked from bucket_trail
         where upload_id = $1 order by account, region, folder",
        id
    )
    .fetch_all(conn)
    .await
}
