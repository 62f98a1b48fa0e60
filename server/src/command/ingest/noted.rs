//! The audit log learns what is brought in on the command line, too.

use crate::db::audit_log;
use app::model::{audit::Action, person::Actor};
use nix::unistd::{User, getuid};
use sqlx::PgPool;

pub(super) async fn note(pool: &PgPool, action: Action, about: &str) -> sqlx::Result<()> {
    let mut conn = pool.acquire().await?;
    audit_log::add(&mut conn, &actor(), action, about).await
}

/// Whoever the operating system says it is; nobody of those with an account.
fn actor() -> Actor {
    let user = User::from_uid(getuid()).ok().flatten().map_or_else(|| getuid().to_string(), |user| user.name);
    Actor { name: format!("{user}, on the command line"), ..Actor::nobody() }
}
