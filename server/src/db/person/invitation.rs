//! One-time codes with which people set their password.

use sqlx::PgConnection;

/// The newest one of a person is the only one.
pub async fn add(conn: &mut PgConnection, person: i64, digest: &[u8], hours: i32) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into invitation (person_id, digest, expires) values ($1, $2, now() + make_interval(hours => $3))
         on conflict (person_id) do update set digest = excluded.digest, expires = excluded.expires",
        person,
        digest,
        hours
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Who was invited.
pub struct Invited {
    pub id: i64,
    pub name: String,
}

/// Nothing where it was used, replaced or has expired.
pub async fn find(conn: &mut PgConnection, digest: &[u8]) -> sqlx::Result<Option<Invited>> {
    sqlx::query_as!(
        Invited,
        "select p.id, p.name from invitation i join person p on p.id = i.person_id
         where i.digest = $1 and i.expires > now() and not p.disabled",
        digest
    )
    .fetch_optional(conn)
    .await
}

/// `false` if somebody else was faster.
pub async fn take(conn: &mut PgConnection, digest: &[u8]) -> sqlx::Result<bool> {
    let gone = sqlx::query!("delete from invitation where digest = $1", digest).execute(conn).await?;
    Ok(gone.rows_affected() > 0)
}

pub async fn remove(conn: &mut PgConnection, person: i64) -> sqlx::Result<()> {
    sqlx::query!("delete from invitation where person_id = $1", person).execute(conn).await?;
    Ok(())
}
