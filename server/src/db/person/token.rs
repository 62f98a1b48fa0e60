//! Keys for scripts.

use app::model::person::{Role, Token};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

pub async fn add(
    conn: &mut PgConnection,
    person: i64,
    name: &str,
    role: Role,
    digest: &[u8],
    days: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into token (person_id, name, role, digest, expires) values ($1, $2, $3, $4, now() + make_interval(days => $5))",
        person,
        name,
        role.as_str(),
        digest,
        days
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose token it is.
pub struct Found {
    pub id: i64,
    pub person_id: i64,
    pub name: String,
    /// The token's and the person's: it may what both may.
    pub roles: Vec<String>,
    /// Its time of use is to be written down again.
    pub is_stale: bool,
}

/// Nothing where it has expired, or its person may not come in any more: who is disabled, or known to another provider than
/// `issuer`.
pub async fn find(conn: &mut PgConnection, digest: &[u8], issuer: Option<&str>) -> sqlx::Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"select t.id, t.person_id, p.name, array[t.role, p.role] as "roles!",
                  coalesce(t.last_used < now() - interval '1 minute', true) as "is_stale!"
           from token t join person p on p.id = t.person_id
           where t.digest = $1 and not p.disabled and t.expires > now() and (p.issuer is null or p.issuer = $2)"#,
        digest,
        issuer
    )
    .fetch_optional(conn)
    .await
}

pub async fn used(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update token set last_used = now() where id = $1", id).execute(conn).await?;
    Ok(())
}

struct Row {
    id: i64,
    name: String,
    role: String,
    created: DateTime<Utc>,
    expires: DateTime<Utc>,
    last_used: Option<DateTime<Utc>>,
}

/// Of one person, those that have expired included.
pub async fn list(conn: &mut PgConnection, person: i64) -> sqlx::Result<Vec<Token>> {
    let rows = sqlx::query_as!(
        Row,
        "select id, name, role, created, expires, last_used from token where person_id = $1 order by id",
        person
    )
    .fetch_all(conn)
    .await?;
    let token = |row: Row| {
        let role = super::role(&row.role)?;
        let Row { id, name, created, expires, last_used, .. } = row;
        Ok(Token { id, name, role, created, expires, last_used })
    };
    rows.into_iter().map(token).collect()
}

/// Answers its name; `None` if this person has none with this number.
pub async fn remove(conn: &mut PgConnection, person: i64, id: i64) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("delete from token where id = $1 and person_id = $2 returning name", id, person)
        .fetch_optional(conn)
        .await
}

pub async fn remove_all(conn: &mut PgConnection, person: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from token where person_id = $1", person).execute(conn).await?;
    Ok(())
}
