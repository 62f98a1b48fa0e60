//! Sign-ins that have gone to the provider and have not come back.

use sqlx::PgConnection;

/// So many seconds may it take.
const LONGEST: f64 = 600.0;

/// So many from one address at a time; the oldest ones are forgotten.
const MOST: i64 = 1000;

pub async fn add(
    conn: &mut PgConnection,
    digest: &[u8],
    redirect: &str,
    next: &str,
    address: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into journey (digest, redirect, next, address) values ($1, $2, $3, $4)",
        digest,
        redirect,
        next,
        address
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from journey where begun < now() - make_interval(secs => $1)
           or digest in (select digest from journey where address = $2 order by begun desc offset $3)",
        LONGEST,
        address,
        MOST
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is known of one.
pub struct Journey {
    pub redirect: String,
    pub next: String,
}

/// Once only; nothing where it took too long.
pub async fn end(conn: &mut PgConnection, digest: &[u8]) -> sqlx::Result<Option<Journey>> {
    sqlx::query_as!(
        Journey,
        "with ended as (delete from journey where digest = $1 returning redirect, next, begun)
         select redirect, next from ended where begun > now() - make_interval(secs => $2)",
        digest,
        LONGEST
    )
    .fetch_optional(conn)
    .await
}
