//! Browsers that signed in.

use app::model::person::Session;
use sqlx::PgConnection;

/// Seconds without a request, and seconds in all, after which a session has ended.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub idle: f64,
    pub absolute: f64,
}

pub async fn add(conn: &mut PgConnection, person: i64, digest: &[u8], agent: &str, address: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into session (person_id, digest, agent, address) values ($1, $2, $3, $4) returning id",
        person,
        digest,
        agent,
        address
    )
    .fetch_one(conn)
    .await
}

/// Whose session it is.
pub struct Found {
    pub id: i64,
    pub person_id: i64,
    pub name: String,
    pub role: String,
    pub by_provider: bool,
    /// Its time of use is to be written down again.
    pub is_stale: bool,
}

/// Nothing where it has ended, or its person may not come in any more: who is disabled, or known to another provider than
/// `issuer`.
pub async fn find(
    conn: &mut PgConnection,
    digest: &[u8],
    limits: Limits,
    issuer: Option<&str>,
) -> sqlx::Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"select s.id, s.person_id, p.name, p.role, p.issuer is not null as "by_provider!",
                  s.last_used < now() - interval '1 minute' as "is_stale!"
           from session s join person p on p.id = s.person_id
           where s.digest = $1 and not p.disabled and s.last_used > now() - make_interval(secs => $2)
             and s.created > now() - make_interval(secs => $3) and (p.issuer is null or p.issuer = $4)"#,
        digest,
        limits.idle,
        limits.absolute,
        issuer
    )
    .fetch_optional(conn)
    .await
}

pub async fn used(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update session set last_used = now() where id = $1", id).execute(conn).await?;
    Ok(())
}

pub async fn end(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from session where id = $1", id).execute(conn).await?;
    Ok(())
}

/// Forgets those that have ended by themselves.
pub async fn sweep(conn: &mut PgConnection, limits: Limits) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from session where last_used < now() - make_interval(secs => $1)
           or created < now() - make_interval(secs => $2)",
        limits.idle,
        limits.absolute
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Of one person, the last used first.
pub async fn list(conn: &mut PgConnection, person: i64, limits: Limits) -> sqlx::Result<Vec<Session>> {
    sqlx::query_as!(
        Session,
        "select id, agent, address, created, last_used from session
         where person_id = $1 and last_used > now() - make_interval(secs => $2)
           and created > now() - make_interval(secs => $3)
         order by last_used desc, id desc",
        person,
        limits.idle,
        limits.absolute
    )
    .fetch_all(conn)
    .await
}

/// `false` if this person has none with this number.
pub async fn end_own(conn: &mut PgConnection, person: i64, id: i64) -> sqlx::Result<bool> {
    let gone = sqlx::query!("delete from session where id = $1 and person_id = $2", id, person).execute(conn).await?;
    Ok(gone.rows_affected() > 0)
}

/// All of a person, but for one.
pub async fn end_all(conn: &mut PgConnection, person: i64, but: Option<i64>) -> sqlx::Result<()> {
    sqlx::query!("delete from session where person_id = $1 and id is distinct from $2", person, but)
        .execute(conn)
        .await?;
    Ok(())
}
