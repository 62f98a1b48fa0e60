//! Evidence: of a frozen share made once and kept, of a live one made when it is asked for.

use super::{PgStore, shares::broken, unavailable, visits::live};
use crate::{
    db::{share as shares, share_evidence as db},
    evidence::{self, Origin, SourceFiles},
    paper::{About, PaperError},
};
use app::{
    api::ApiError,
    model::{
        share::{Opened, Share, ShareKind},
        statement::Statement,
    },
};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// A ZIP and its SHA-256.
pub(super) struct Evidence {
    pub(super) zip: Vec<u8>,
    pub(super) sha256: [u8; 32],
}

impl PgStore {
    pub(super) async fn evidence_of(&self, opened: &Opened) -> Result<Vec<u8>, ApiError> {
        let share = &opened.share;
        if share.kind == ShareKind::Frozen {
            let mut conn = self.pool.acquire().await.map_err(unavailable)?;
            if let Some(zip) = db::zip(&mut conn, share.id).await.map_err(unavailable)? {
                return Ok(zip);
            }
            drop(conn);
            return Ok(self.make_evidence(opened.statement.clone(), None, about(share)).await?.zip);
        }
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        let (view, key) = live(shares::stored(&mut conn, share.id).await.map_err(unavailable)?)?;
        drop(conn);
        let _one_at_a_time = self.desk.live_evidence.lock().await;
        // Of one moment, which what the page said last is not.
        let (statement, files) = self.statement_with_files(&view, share.masking, &key).await?;
        Ok(self.make_evidence(Arc::new(statement), Some(files), about(share)).await?.zip)
    }

    /// The hash of what [`Self::evidence_of`] answers. Shares that are older than this have their evidence made now, for good;
    /// which log files they were counted from is not known any more.
    pub(super) async fn evidence_hash(
        &self,
        share: &Share,
        statement: &Arc<Statement>,
    ) -> Result<Option<String>, ApiError> {
        if share.kind == ShareKind::Live {
            return Ok(None);
        }
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        if let Some(hash) = db::sha256(&mut conn, share.id).await.map_err(unavailable)? {
            return Ok(Some(evidence::hex(&hash)));
        }
        drop(conn);
        let made = self.make_evidence(statement.clone(), None, about(share)).await?;
        let mut conn = self.pool.acquire().await.map_err(unavailable)?;
        db::keep(&mut conn, share.id, &made.zip, &made.sha256).await.map_err(unavailable)?;
        // Somebody else may have been faster.
        let hash = db::sha256(&mut conn, share.id).await.map_err(unavailable)?;
        Ok(hash.map(|hash| evidence::hex(&hash)))
    }

    pub(super) async fn make_evidence(
        &self,
        statement: Arc<Statement>,
        files: Option<Vec<SourceFiles>>,
        about: About,
    ) -> Result<Evidence, ApiError> {
        let paper = self.paper(statement.clone(), about.clone()).await?;
        let made = tokio::task::spawn_blocking(move || {
            let origin = Origin { title: &about.title, creator: &about.creator };
            evidence::evidence(&statement, origin, files.as_deref(), paper)
        });
        let zip = made.await.map_err(broken)?.map_err(broken)?;
        let sha256 = Sha256::digest(&zip).into();
        Ok(Evidence { zip, sha256 })
    }
}

impl PgStore {
    /// Evidence is worth having without paper, too: the log says what was wrong. That others are printed at the moment is no
    /// reason for it, as what is kept stays as it is.
    async fn paper(&self, statement: Arc<Statement>, about: About) -> Result<Option<Vec<u8>>, ApiError> {
        let Some(press) = &self.press else { return Ok(None) };
        match press.print(statement, about).await {
            Ok(paper) => Ok(Some(paper)),
            Err(PaperError::Busy) => Err(broken(PaperError::Busy)),
            Err(error) => {
                tracing::error!(%error, "evidence has no paper");
                Ok(None)
            }
        }
    }
}

fn about(share: &Share) -> About {
    let Share { title, note, kind, creator, expires, .. } = share.clone();
    About { title, note, creator, kind, until: expires }
}
