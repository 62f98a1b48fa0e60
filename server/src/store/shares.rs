//! Shares: made and changed. `visits` is where their links open.

use super::{PgStore, unavailable, visits::Said};
use crate::{
    access::Passwords,
    db::{audit_log, share as db, share_evidence},
    paper::About,
    share::{pack, secret, token::Token},
};
use app::{
    api::ApiError,
    model::{
        audit::Action,
        person::Role,
        share::{Share, ShareChange, ShareDraft, ShareKind},
    },
    store::Store as _,
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// What shares need besides the database.
#[derive(Default)]
pub(super) struct Desk {
    /// Tokens that were just made, until they are shown.
    fresh: Mutex<HashMap<i64, Fresh>>,
    /// What live shares said last.
    pub(super) live: Mutex<HashMap<i64, Said>>,
    /// Apart from those of people: whoever guesses at links keeps nobody from signing in.
    pub(super) passwords: Passwords,
    /// Evidence of live shares is made one at a time: it may be large, and whoever has a link can ask for it.
    pub(super) live_evidence: tokio::sync::Mutex<()>,
}

struct Fresh {
    token: String,
    /// Whoever caused it, and may see it.
    by: String,
    made: DateTime<Utc>,
}

/// A new link is shown by the next page; nobody waits longer for it.
const FRESH_FOR: TimeDelta = TimeDelta::minutes(5);

/// Logs what went wrong, once.
pub(super) fn broken(error: impl std::fmt::Display) -> ApiError {
    tracing::error!(%error, "a share failed");
    ApiError::Unavailable
}

fn missing(id: i64) -> ApiError {
    ApiError::NotFound(format!("There is no share number {id}."))
}

impl PgStore {
    pub(super) async fn list_shares(&self) -> Result<Vec<Share>, ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        db::list(&mut conn, None, self.now()).await.map_err(unavailable)
    }

    pub(super) async fn one_share(&self, id: i64) -> Result<Share, ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        let found = db::list(&mut conn, Some(id), self.now()).await.map_err(unavailable)?;
        found.into_iter().next().ok_or_else(|| missing(id))
    }

    pub(super) async fn make_share(&self, draft: ShareDraft) -> Result<i64, ApiError> {
        let longest = self.longest_share();
        if !(1..=longest).contains(&draft.days) {
            return Err(ApiError::Invalid(format!(
                "A share may be open for 1 to {longest} days, not for {}.",
                draft.days
            )));
        }
        let (seal, mask_key) = (secret().map_err(broken)?, secret().map_err(broken)?);
        let view = draft.view.to_string();
        // Also for a live one: a view that cannot be answered is not worth a link.
        let (statement, files) = match draft.kind {
            ShareKind::Frozen => {
                let (statement, files) = self.statement_with_files(&draft.view, draft.masking, &mask_key).await?;
                (Arc::new(statement), Some(files))
            }
            ShareKind::Live => (Arc::new(self.statement_of(&draft.view, draft.masking, &mask_key).await?), None),
        };
        let packed = pack::pack(&statement).map_err(broken)?;
        let password = match &draft.password {
            Some(password) => Some(self.desk.passwords.hash_any(password).await.map_err(broken)?),
            None => None,
        };
        let now = self.now();
        let creator = self.sharer();
        let until = now + TimeDelta::days(i64::from(draft.days));
        let (title, note) = (draft.title.clone(), draft.note.clone());
        let about = About { title, note, creator: creator.clone(), kind: draft.kind, until };
        let evidence = match draft.kind {
            ShareKind::Frozen => Some(self.make_evidence(statement, files, about).await?),
            ShareKind::Live => None,
        };
        let new = db::New {
            title: &draft.title,
            note: &draft.note,
            creator: &creator,
            created: now,
            expires: until,
            masking: draft.masking,
            may_narrow: draft.may_narrow,
            password: password.as_deref(),
            seal: &seal,
            content: match draft.kind {
                ShareKind::Frozen => db::Content::Frozen(&packed),
                ShareKind::Live => db::Content::Live { view: &view, mask_key: &mask_key },
            },
        };
        let token = Token::new().map_err(broken)?;
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        let id = db::insert(&mut tx, &new).await.map_err(unavailable)?;
        db::set_token(&mut tx, id, &token.hash()).await.map_err(unavailable)?;
        if let Some(evidence) = evidence {
            share_evidence::keep(&mut tx, id, &evidence.zip, &evidence.sha256).await.map_err(unavailable)?;
        }
        let about = format!("share {id}: {}", draft.title);
        audit_log::add(&mut tx, &self.actor, Action::CreateShare, &about).await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)?;
        self.remember(id, &token);
        Ok(id)
    }

    /// One's own shares, or anybody's for an administrator.
    pub(super) fn must_own(&self, creator: &str) -> Result<(), ApiError> {
        let needed = if creator == self.sharer() { Role::Analyst } else { Role::Administrator };
        self.actor.must_be(needed)
    }

    pub(super) async fn alter_share(&self, share: &Share, change: ShareChange) -> Result<(), ApiError> {
        let id = share.id;
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        let mut fresh = None;
        let is_changed = match change {
            ShareChange::Pause => db::pause(&mut tx, id, true).await,
            ShareChange::Resume => db::pause(&mut tx, id, false).await,
            ShareChange::Revoke => end(&mut tx, id).await,
            ShareChange::Expire(last) => {
                let now = self.now();
                let longest = now + TimeDelta::days(i64::from(self.longest_share()));
                let ends = last.succ_opt().map(app::model::frame::midnight);
                let Some(ends) = ends.filter(|ends| *ends > now && *ends <= longest + TimeDelta::days(1)) else {
                    let (first, last) = (now.date_naive(), longest.date_naive());
                    return Err(ApiError::Invalid(format!("The last day can be one from {first} to {last}.")));
                };
                db::expire(&mut tx, id, ends).await
            }
            ShareChange::Rotate => {
                let (token, seal) = (Token::new().map_err(broken)?, secret().map_err(broken)?);
                let is_changed = db::reseal(&mut tx, id, &seal).await.map_err(unavailable)?;
                if is_changed {
                    db::set_token(&mut tx, id, &token.hash()).await.map_err(unavailable)?;
                    fresh = Some(token);
                }
                Ok(is_changed)
            }
        };
        if !is_changed.map_err(unavailable)? {
            return Err(ApiError::Conflict(format!("“{}” is revoked, which is for good.", share.title)));
        }
        let about = format!("share {id}: {}, {change:?}", share.title);
        audit_log::add(&mut tx, &self.actor, Action::ChangeShare, &about).await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)?;
        if let Some(token) = fresh {
            self.remember(id, &token);
        }
        Ok(())
    }

    pub(super) async fn revoke_all(&self, creator: &str) -> Result<(), ApiError> {
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        for id in db::of_creator(&mut tx, creator).await.map_err(unavailable)? {
            end(&mut tx, id).await.map_err(unavailable)?;
        }
        audit_log::add(&mut tx, &self.actor, Action::RevokeShares, creator).await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)
    }

    fn remember(&self, id: i64, token: &Token) {
        if let Ok(mut fresh) = self.desk.fresh.lock() {
            fresh.insert(id, Fresh { token: token.reveal().to_owned(), by: self.sharer(), made: self.now() });
        }
    }

    pub(super) fn take_fresh(&self, id: i64) -> Option<String> {
        let mut fresh = self.desk.fresh.lock().ok()?;
        let now = self.now();
        fresh.retain(|_, fresh| fresh.made + FRESH_FOR > now);
        let sharer = self.sharer();
        fresh.get(&id).filter(|fresh| fresh.by == sharer)?;
        fresh.remove(&id).map(|fresh| fresh.token)
    }
}

/// Revokes it; all that it showed goes with it.
async fn end(conn: &mut PgConnection, id: i64) -> sqlx::Result<bool> {
    share_evidence::remove(conn, id).await?;
    db::revoke(conn, id).await
}
