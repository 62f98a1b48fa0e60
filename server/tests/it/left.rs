//! What is left of work that has ended: nothing.

use crate::lease::no_lease_is_left;
use sqlx::PgPool;
use std::{path::Path, time::Duration};

/// Neither leases nor anything in the spool folder. Work is done before whoever did it has cleared up behind it.
pub(crate) async fn nothing_is_left(pool: &PgPool, data_dir: &Path) {
    nothing_is_left_in(pool, || spooled(data_dir)).await;
}

/// The same where `spool` tells what lies in the spool folder.
pub(crate) async fn nothing_is_left_in(pool: &PgPool, spool: impl Fn() -> Vec<String>) {
    for _ in 0..1000 {
        let leases: i64 = sqlx::query_scalar("select count(*) from lease").fetch_one(pool).await.expect("a number");
        if leases == 0 && spool().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    no_lease_is_left(pool).await;
    assert_eq!(spool(), [""; 0], "the spool is left");
}

/// What lies in the spool folder, without its lock file.
pub(crate) fn spooled(data_dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(data_dir.join("spool")).expect("a spool folder").flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| name != "home").collect()
}
