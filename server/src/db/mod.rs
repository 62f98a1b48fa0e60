//! All SQL, one file per table or question.

/// The schema (folder `migrations`).
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");
