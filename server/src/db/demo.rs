//! The deadline that comes and goes with the demo data.

use chrono::NaiveDate;
use sqlx::PgConnection;

/// Another deadline may have its name; the demo's then gets a number.
pub async fn insert_deadline(
    conn: &mut PgConnection,
    upload_id: i64,
    name: &str,
    announced: NaiveDate,
    date: NaiveDate,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with demo as (
             insert into deadline (name, note, origin, upload_id)
             values (case when exists (select from deadline where name = $2) then $2 || ' (' || $1::bigint || ')' else $2 end,
                     'Comes with the demo data, and goes with it.', 'demo', $1)
             returning id
         )
         insert into deadline_revision (deadline_id, date, announced) select id, $4, $3 from demo",
        upload_id,
        name,
        announced,
        date
    )
    .execute(conn)
    .await?;
    Ok(())
}
