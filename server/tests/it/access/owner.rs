//! What belongs to somebody: every route about such a thing, with every role, for its owner and for others.

use super::{Browser, web};
use app::model::{person::Role, statement::Masking};
use axum::http::Method;
use sqlx::PgPool;

/// Routes that are given the number, or the owner, of something that belongs to somebody; and whether administrators may use them
/// on what belongs to others.
const OWNED: [(&str, &str, bool); 4] = [
    ("/fn/change_share", "share", true),
    ("/fn/revoke_shares", "share", true),
    ("/fn/end_session", "session", false),
    ("/fn/remove_token", "token", false),
];

/// Others that are given a number: of things that belong to all, or that their rule keeps for administrators.
const COMMON: [&str; 15] = [
    "/fn/save_deadline",
    "/fn/remove_deadline",
    "/fn/remove_upload",
    "/fn/cancel_upload",
    "/fn/load_demo",
    "/fn/connect_bucket",
    "/fn/read_bucket",
    "/fn/follow_bucket",
    "/fn/listen_to_queue",
    "/fn/pause_bucket",
    "/fn/cancel_bucket",
    "/fn/retry_bucket",
    "/fn/remove_bucket",
    "/fn/create_share",
    "/fn/preview_share",
];

/// Something of each kind; answers the number.
async fn thing(pool: &PgPool, kind: &str, owner: i64, name: &str) -> i64 {
    let digest = rand::random::<[u8; 32]>();
    let query = match kind {
        "share" => sqlx::query_scalar(
            "insert into share (title, creator, created, expires, masking, seal, statement)
             values ('A share', $1, now(), now() + interval '1 day', $2, '', '') returning id",
        )
        .bind(name)
        .bind(serde_json::to_value(Masking::default()).expect("JSON")),
        "session" => sqlx::query_scalar(
            "insert into session (person_id, digest, agent, address) values ($1, $2, '', '') returning id",
        )
        .bind(owner)
        .bind(digest.as_slice()),
        _ => sqlx::query_scalar(
            "insert into token (person_id, digest, name, role, expires)
             values ($1, $2, 'nightly', 'viewer', now() + interval '1 day') returning id",
        )
        .bind(owner)
        .bind(digest.as_slice()),
    };
    query.fetch_one(pool).await.expect("a thing")
}

async fn is_gone(pool: &PgPool, kind: &str, id: i64) -> bool {
    let there = match kind {
        "share" => "select exists (select from share where id = $1 and not revoked)",
        "session" => "select exists (select from session where id = $1)",
        _ => "select exists (select from token where id = $1)",
    };
    !sqlx::query_scalar::<_, bool>(there).bind(id).fetch_one(pool).await.expect("an answer")
}

async fn person(pool: &PgPool, role: Role) -> (i64, String) {
    let name = format!("{role} {}", rand::random::<u32>());
    let id = sqlx::query_scalar("insert into person (name, role) values ($1, $2) returning id");
    (id.bind(&name).bind(role.as_str()).fetch_one(pool).await.expect("a person"), name)
}

#[sqlx::test(migrator = "server::db::MIGRATOR")]
async fn owners_and_nobody_else(pool: PgPool) {
    let web = web(&pool).await;
    for (route, kind, administrators) in OWNED {
        for role in [Role::Viewer, Role::Analyst, Role::Administrator] {
            for own in [true, false] {
                let (me, my_name) = person(&pool, role).await;
                let (other, others_name) = person(&pool, Role::Administrator).await;
                let (owner, name) = if own { (me, &my_name) } else { (other, &others_name) };
                let id = thing(&pool, kind, owner, name).await;
                let mut browser = Browser::new(&web);
                browser.begin_session(&pool, me).await;
                let number = id.to_string();
                browser.post(route, &[("id", &number), ("change", "revoke"), ("creator", name)]).await;
                let may = match kind {
                    "share" => role >= Role::Analyst && (own || administrators && role == Role::Administrator),
                    _ => own,
                };
                assert_eq!(is_gone(&pool, kind, id).await, may, "{route} by {role}, own: {own}");
            }
        }
    }
}

/// A new form has to say here whose things it changes.
#[test]
fn every_form_is_thought_of() {
    for (method, path, needed) in server::http::rules() {
        let is_form = method == Method::POST && path.starts_with("/fn/");
        if !is_form || needed == Some(Role::Administrator) || needed.is_none() {
            continue;
        }
        // Of whoever asks, and given no number.
        let ones_own = ["/fn/change_password", "/fn/end_other_sessions", "/fn/add_token", "/fn/sign_out"];
        let known = OWNED.iter().any(|(owned, ..)| *owned == path)
            || COMMON.contains(&path.as_str())
            || ones_own.contains(&path.as_str());
        assert!(known, "{path}: whose are the things that it changes?");
    }
}
