//! For tests and measurements: room for the next case.

use sqlx::PgConnection;

/// Empties every table but the audit log, whichever there are, and begins anew with the numbers of their rows.
pub async fn empty(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::raw_sql(
        "do $$ begin
             execute (select 'truncate ' || string_agg(format('%I', tablename), ', ') || ' restart identity'
                      from pg_tables where schemaname = current_schema and tablename not in ('_sqlx_migrations', 'audit'));
         end $$",
    )
    .execute(conn)
    .await?;
    Ok(())
}
