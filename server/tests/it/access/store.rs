//! Behind the routes: what changes something looks again who asks.

use crate::world;
use app::{
    api::ApiError,
    model::{
        audit::AuditFilter,
        deadline::DeadlineEdit,
        person::{Actor, Role},
        share::{ShareDraft, ShareKind},
        source::{BucketChoice, BucketPlace},
        statement::Masking,
        tls::TlsVersion,
    },
    store::Store,
    view::View,
};
use sqlx::PgPool;

fn edit() -> DeadlineEdit {
    DeadlineEdit {
        id: None,
        name: "Ours".into(),
        date: "2027-01-31".parse().expect("a date"),
        scope: None,
        services: Vec::new(),
        minimum: TlsVersion::Tls12,
        source_url: String::new(),
        note: String::new(),
    }
}

fn draft() -> ShareDraft {
    ShareDraft {
        view: View::default(),
        title: "Ours".into(),
        note: String::new(),
        kind: ShareKind::Frozen,
        days: 1,
        password: None,
        masking: Masking::default(),
        may_narrow: false,
    }
}

async fn change(store: &dyn Store, n: usize) -> Result<(), ApiError> {
    match n {
        0 => store.save_deadline(edit()).await.map(drop),
        1 => store.remove_deadline(999).await,
        2 => store.remove_upload(999).await,
        3 => store.cancel_upload(999).await,
        4 => store.connect_bucket(BucketPlace::default()).await.map(drop),
        5 => store.check_bucket(999, &BucketChoice::default(), "").await.map(drop),
        6 => store.read_bucket(999, BucketChoice::default()).await,
        7 => store.follow_bucket(999, true).await,
        8 => store.pause_bucket(999, true).await,
        9 => store.cancel_bucket(999).await,
        10 => store.retry_bucket(999).await,
        11 => store.listen_to_queue(999, "").await,
        12 => store.create_share(draft()).await.map(drop),
        _ => store.remove_bucket(999).await,
    }
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn the_store_looks_again(pool: PgPool) {
    let store = world::store(&pool, "2026-06-12").await;
    for n in 0..14 {
        let by = async |role| change(&*store.acting(Actor { role, ..Actor::nobody() }), n).await;
        assert_eq!(by(None).await, Err(ApiError::SignedOut), "{n}");
        assert_eq!(by(Some(Role::Viewer)).await, Err(ApiError::Forbidden(Role::Analyst)), "{n}");
        let let_through = !matches!(by(Some(Role::Analyst)).await, Err(ApiError::SignedOut | ApiError::Forbidden(_)));
        assert!(let_through, "{n}");
    }
    let viewer = store.acting(Actor { role: Some(Role::Viewer), ..Actor::nobody() });
    assert_eq!(viewer.load_demo().await, Err(ApiError::Forbidden(Role::Analyst)));
    let analyst = store.acting(Actor { role: Some(Role::Analyst), ..Actor::nobody() });
    let audit = analyst.audit(&AuditFilter::default(), 1).await;
    assert_eq!(audit, Err(ApiError::Forbidden(Role::Administrator)));
}
