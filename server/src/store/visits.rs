//! Links of shares, opened by whoever has one.

use super::{PgStore, shares::broken, unavailable};
use crate::{
    access::{Guess, Links, TooOften},
    db::{audit_log, share as db},
    share::{pack, seal, token::Token},
};
use app::{
    api::ApiError,
    model::{
        audit::Action,
        share::{Knock, Lock, Opened, Opening, Share, ShareState},
        statement::Statement,
    },
    store::Store as _,
    view::View,
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use std::sync::Arc;

/// What a live share said.
#[derive(Clone)]
pub(super) struct Said {
    made: DateTime<Utc>,
    statement: Arc<Statement>,
}

/// A live share is counted anew after so long.
const LIVE_FOR: TimeDelta = TimeDelta::seconds(30);

/// Live shares whose numbers are kept at the same time.
const MOST_LIVE: usize = 50;

impl PgStore {
    pub(super) async fn open(&self, token: &str, knock: Knock) -> Result<Opening, ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        let links = Links::from(&self.actor.address);
        if let Err(wait) = links.allowed(&mut conn).await.map_err(unavailable)? {
            return Ok(Opening::TooMany(self.after(&wait)));
        }
        let Some((share, is_in_force)) = self.find(&mut conn, token).await? else {
            links.missed(&mut conn).await.map_err(unavailable)?;
            return Ok(Opening::Missing);
        };
        match share.state {
            ShareState::Revoked | ShareState::Expired => return Ok(Opening::Gone),
            _ if !is_in_force => return Ok(Opening::Gone),
            ShareState::Paused => return Ok(Opening::Paused),
            ShareState::Active => {}
        }
        drop(conn);
        let key = match self.pass(share.id, &knock).await? {
            Ok(key) => key,
            Err(lock) => return Ok(Opening::Locked(lock)),
        };
        let statement = self.content(&share).await?;
        let evidence = self.evidence_hash(&share, &statement).await?;
        if knock.is_view {
            self.count_view(&share).await?;
        }
        Ok(Opening::Open(Box::new(Opened { share, statement, key, evidence })))
    }

    /// The share, and whether this link still leads to it.
    async fn find(&self, conn: &mut PgConnection, token: &str) -> Result<Option<(Share, bool)>, ApiError> {
        let Some(token) = Token::parse(token) else { return Ok(None) };
        let Some((id, is_in_force)) = db::find(conn, &token.hash()).await.map_err(unavailable)? else {
            return Ok(None);
        };
        let share = db::list(conn, Some(id), self.now()).await.map_err(unavailable)?.into_iter().next();
        Ok(share.map(|share| (share, is_in_force)))
    }

    /// Nobody looks without a line in the audit log.
    async fn count_view(&self, share: &Share) -> Result<(), ApiError> {
        let mut tx = self.pool.begin().await.map_err(unavailable)?;
        db::count_view(&mut tx, share.id, self.now()).await.map_err(unavailable)?;
        let about = format!("share {}: {}", share.id, share.title);
        audit_log::add(&mut tx, &self.actor, Action::ViewShare, &about).await.map_err(unavailable)?;
        tx.commit().await.map_err(unavailable)
    }

    /// A new key for whoever may pass (`None` where no password is needed), or what stops them.
    async fn pass(&self, id: i64, knock: &Knock) -> Result<Result<Option<String>, Lock>, ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        let door = db::door(&mut conn, id).await.map_err(unavailable)?;
        let Some(hash) = door.password else { return Ok(Ok(None)) };
        let seal: [u8; 32] = door.seal.try_into().map_err(|_| broken("its seal is damaged"))?;
        if let Some(key) = knock.key.as_deref().filter(|key| seal::opens(&seal, key, self.now())) {
            // Not a new one: whoever got in once has to know the password again after a while.
            return Ok(Ok(Some(key.to_owned())));
        }
        let Some(password) = knock.password.clone() else { return Ok(Err(Lock::Closed)) };
        let guess = Guess::at_share(id, &self.actor.address);
        if let Err(wait) = guess.begin(&mut conn).await.map_err(unavailable)? {
            return Ok(Err(Lock::Until(self.after(&wait))));
        }
        // No connection is kept while the password is compared.
        drop(conn);
        if !self.desk.passwords.verify(&password, Some(hash)).await.map_err(broken)? {
            return Ok(Err(Lock::Wrong));
        }
        guess.was_right(&mut *self.pool.acquire().await.map_err(unavailable)?).await.map_err(unavailable)?;
        Ok(Ok(Some(seal::key(&seal, self.now()))))
    }

    fn after(&self, wait: &TooOften) -> DateTime<Utc> {
        self.now() + TimeDelta::seconds(i64::try_from(wait.0).unwrap_or(0))
    }

    async fn content(&self, share: &Share) -> Result<Arc<Statement>, ApiError> {
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        let stored = db::stored(&mut conn, share.id).await.map_err(unavailable)?;
        drop(conn);
        if let Some(packed) = stored.statement {
            let unpacked = tokio::task::spawn_blocking(move || pack::unpack(&packed));
            return Ok(Arc::new(unpacked.await.map_err(broken)?.map_err(broken)?));
        }
        let now = self.now();
        let held = self.desk.live.lock().ok().and_then(|live| live.get(&share.id).cloned());
        if let Some(said) = held.filter(|said| said.made <= now && now < said.made + LIVE_FOR) {
            return Ok(said.statement);
        }
        let (view, key) = live(stored)?;
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

/// What a live share asks for each time, and what decides its pseudonyms.
pub(super) fn live(stored: db::Stored) -> Result<(View, [u8; 32]), ApiError> {
    let view = stored.view.unwrap_or_default().parse().map_err(broken)?;
    let key = stored.mask_key.and_then(|key| key.try_into().ok()).ok_or_else(|| broken("it has no key"))?;
    Ok((view, key))
}
