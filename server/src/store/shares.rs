//! Shares: made, changed, and opened by their links.

use super::{PgStore, unavailable};
use crate::{
    access::Passwords,
    db::share as db,
    share::{pack, seal, secret, token::Token},
};
use app::{
    api::ApiError,
    model::{
        person::Role,
        share::{Knock, Lock, Opened, Opening, Share, ShareChange, ShareDraft, ShareKind, ShareState},
        statement::Statement,
    },
    store::Store as _,
    view::View,
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
    live: Mutex<HashMap<i64, Said>>,
    /// Apart from those of people: whoever guesses at links keeps nobody from signing in.
    passwords: Passwords,
}

struct Fresh {
    token: String,
    /// Whoever caused it, and may see it.
    by: String,
    made: DateTime<Utc>,
}

#[derive(Clone)]
struct Said {
    made: DateTime<Utc>,
    statement: Arc<Statement>,
}

/// A new link is shown by the next page; nobody waits longer for it.
const FRESH_FOR: TimeDelta = TimeDelta::minutes(5);

/// A live share is counted anew after so long.
const LIVE_FOR: TimeDelta = TimeDelta::seconds(30);

/// Live shares whose numbers are kept at the same time.
const MOST_LIVE: usize = 50;

/// Logs what went wrong, once.
fn broken(error: impl std::fmt::Display) -> ApiError {
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
        let statement = self.statement_of(&draft.view, draft.masking, &mask_key).await?;
        let packed = pack::pack(&statement).map_err(broken)?;
        let password = match &draft.password {
            Some(password) => Some(self.desk.passwords.hash_any(password).await.map_err(broken)?),
            None => None,
        };
        let now = self.now();
        let creator = self.sharer();
        let new = db::New {
            title: &draft.title,
            note: &draft.note,
            creator: &creator,
            created: now,
            expires: now + TimeDelta::days(i64::from(draft.days)),
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
        tx.commit().await.map_err(unavailable)?;
        self.remember(id, &token);
        Ok(id)
    }

    /// One's own shares, or anybody's for an administrator.
    pub(super) fn must_own(&self, creator: &str) -> Result<(), ApiError> {
        let needed = if creator == self.sharer() { Role::Analyst } else { Role::Administrator };
        self.actor.must_be(needed)
    }

    pub(super) async fn alter_share(&self, id: i64, change: ShareChange) -> Result<(), ApiError> {
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        let mut fresh = None;
        let is_changed = match change {
            ShareChange::Pause => db::pause(&mut tx, id, true).await,
            ShareChange::Resume => db::pause(&mut tx, id, false).await,
            ShareChange::Revoke => db::revoke(&mut tx, id).await,
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
            let share = self.one_share(id).await?;
            return Err(ApiError::Conflict(format!("“{}” is revoked, which is for good.", share.title)));
        }
        tx.commit().await.map_err(unavailable)?;
        if let Some(token) = fresh {
            self.remember(id, &token);
        }
        Ok(())
    }

    pub(super) async fn revoke_all(&self, creator: &str) -> Result<(), ApiError> {
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        for id in db::of_creator(&mut tx, creator).await.map_err(unavailable)? {
            db::revoke(&mut tx, id).await.map_err(unavailable)?;
        }
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

    pub(super) async fn open(&self, token: &str, knock: Knock) -> Result<Opening, ApiError> {
        let Some(token) = Token::parse(token) else { return Ok(Opening::Missing) };
        let now = self.now();
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        let found = db::find(&mut conn, &token.hash()).await.map_err(unavailable)?;
        let Some((id, is_in_force)) = found else { return Ok(Opening::Missing) };
        let share = db::list(&mut conn, Some(id), now).await.map_err(unavailable)?.into_iter().next();
        let Some(share) = share else { return Ok(Opening::Missing) };
        match share.state {
            ShareState::Revoked | ShareState::Expired => return Ok(Opening::Gone),
            _ if !is_in_force => return Ok(Opening::Gone),
            ShareState::Paused => return Ok(Opening::Paused),
            ShareState::Active => {}
        }
        let key = match pass(&self.desk.passwords, &mut conn, id, &knock, now).await? {
            Ok(key) => key,
            Err(lock) => return Ok(Opening::Locked(lock)),
        };
        let stored = db::stored(&mut conn, id).await.map_err(unavailable)?;
        if knock.is_view {
            db::count_view(&mut conn, id, now).await.map_err(unavailable)?;
        }
        drop(conn);
        let statement = self.content(&share, stored).await?;
        Ok(Opening::Open(Box::new(Opened { share, statement, key })))
    }

    async fn content(&self, share: &Share, stored: db::Stored) -> Result<Arc<Statement>, ApiError> {
        if let Some(packed) = stored.statement {
            let unpacked = tokio::task::spawn_blocking(move || pack::unpack(&packed));
            return Ok(Arc::new(unpacked.await.map_err(broken)?.map_err(broken)?));
        }
        let now = self.now();
        let held = self.desk.live.lock().ok().and_then(|live| live.get(&share.id).cloned());
        if let Some(said) = held.filter(|said| said.made <= now && now < said.made + LIVE_FOR) {
            return Ok(said.statement);
        }
        let view: View = stored.view.unwrap_or_default().parse().map_err(broken)?;
        let key = stored.mask_key.and_then(|key| key.try_into().ok()).ok_or_else(|| broken("it has no key"))?;
        let statement = Arc::new(self.statement_of(&view, share.masking, &key).await?);
        if let Ok(mut live) = self.desk.live.lock() {
            live.retain(|_, said| now < said.made + LIVE_FOR);
            if live.len() < MOST_LIVE {
                live.insert(share.id, Said { made: now, statement: statement.clone() });
            }
        }
        Ok(statement)
    }
}

/// A new key for whoever may pass (`None` where no password is needed), or what stops them.
async fn pass(
    passwords: &Passwords,
    conn: &mut PgConnection,
    id: i64,
    knock: &Knock,
    now: DateTime<Utc>,
) -> Result<Result<Option<String>, Lock>, ApiError> {
    let door = db::door(conn, id).await.map_err(unavailable)?;
    let Some(hash) = door.password else { return Ok(Ok(None)) };
    let seal: [u8; 32] = door.seal.try_into().map_err(|_| broken("its seal is damaged"))?;
    if let Some(key) = knock.key.as_deref().filter(|key| seal::opens(&seal, key, now)) {
        // Not a new one: whoever got in once has to know the password again after a while.
        return Ok(Ok(Some(key.to_owned())));
    }
    let Some(password) = knock.password.clone() else { return Ok(Err(Lock::Closed)) };
    if !db::begin_guess(conn, id, now).await.map_err(unavailable)? {
        let until = db::door(conn, id).await.map_err(unavailable)?.closed_until;
        return Ok(Err(Lock::Until(until.unwrap_or(now))));
    }
    if !passwords.verify(&password, Some(hash)).await.map_err(broken)? {
        return Ok(Err(Lock::Wrong));
    }
    db::count_right(conn, id).await.map_err(unavailable)?;
    Ok(Ok(Some(seal::key(&seal, now))))
}
