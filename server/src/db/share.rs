//! Shares and the hashes of their links.

use app::model::{
    share::{Share, ShareKind, ShareState},
    statement::Masking,
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

/// What a new share is made of.
#[derive(Debug)]
pub struct New<'a> {
    pub title: &'a str,
    pub note: &'a str,
    pub creator: &'a str,
    pub created: DateTime<Utc>,
    pub expires: DateTime<Utc>,
    pub masking: Masking,
    pub may_narrow: bool,
    pub password: Option<&'a str>,
    pub seal: &'a [u8; 32],
    pub content: Content<'a>,
}

/// What it shows.
#[derive(Debug)]
pub enum Content<'a> {
    /// A packed statement.
    Frozen(&'a [u8]),
    Live {
        view: &'a str,
        mask_key: &'a [u8; 32],
    },
}

pub async fn insert(conn: &mut PgConnection, new: &New<'_>) -> sqlx::Result<i64> {
    let (statement, view, mask_key) = match &new.content {
        Content::Frozen(statement) => (Some(*statement), None, None),
        Content::Live { view, mask_key } => (None, Some(*view), Some(mask_key.as_slice())),
    };
    let masking = serde_json::to_value(new.masking).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query_scalar!(
        "insert into share (title, note, creator, created, expires, masking, may_narrow, password, seal, statement, view, mask_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) returning id",
        new.title,
        new.note,
        new.creator,
        new.created,
        new.expires,
        masking,
        new.may_narrow,
        new.password,
        new.seal,
        statement,
        view,
        mask_key,
    )
    .fetch_one(conn)
    .await
}

/// The link with this hash is the share's from now on; an earlier one is not any more.
pub async fn set_token(conn: &mut PgConnection, id: i64, hash: &[u8; 32]) -> sqlx::Result<()> {
    sqlx::query!("update share_token set replaced = true where share_id = $1 and not replaced", id)
        .execute(&mut *conn)
        .await?;
    sqlx::query!("insert into share_token (hash, share_id) values ($1, $2)", hash, id).execute(conn).await.map(drop)
}

struct Row {
    id: i64,
    title: String,
    note: String,
    frozen: bool,
    creator: String,
    created: DateTime<Utc>,
    expires: DateTime<Utc>,
    paused: bool,
    revoked: bool,
    has_password: bool,
    may_narrow: bool,
    masking: Value,
    views: i64,
    last_view: Option<DateTime<Utc>>,
}

/// One share, or all of them, newest first. Those of somebody who is disabled are paused.
pub async fn list(conn: &mut PgConnection, id: Option<i64>, now: DateTime<Utc>) -> sqlx::Result<Vec<Share>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, title, note, statement is not null as "frozen!", creator, created, expires,
                  paused or exists (select from person p where p.name = s.creator and p.disabled) as "paused!", revoked,
                  password is not null as "has_password!", may_narrow, masking, views, last_view
           from share s where $1::bigint is null or id = $1 order by id desc"#,
        id
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(|row| row.into_model(now)).collect()
}

impl Row {
    fn into_model(self, now: DateTime<Utc>) -> sqlx::Result<Share> {
        let state = match () {
            () if self.revoked => ShareState::Revoked,
            () if self.expires <= now => ShareState::Expired,
            () if self.paused => ShareState::Paused,
            () => ShareState::Active,
        };
        Ok(Share {
            id: self.id,
            title: self.title,
            note: self.note,
            kind: if self.frozen { ShareKind::Frozen } else { ShareKind::Live },
            state,
            creator: self.creator,
            created: self.created,
            expires: self.expires,
            has_password: self.has_password,
            may_narrow: self.may_narrow,
            masking: serde_json::from_value(self.masking).map_err(|error| sqlx::Error::Decode(error.into()))?,
            views: self.views,
            last_view: self.last_view,
        })
    }
}

/// The share that a link leads to, and whether the link is still in force.
pub async fn find(conn: &mut PgConnection, hash: &[u8; 32]) -> sqlx::Result<Option<(i64, bool)>> {
    let found = sqlx::query!("select share_id, replaced from share_token where hash = $1", hash);
    Ok(found.fetch_optional(conn).await?.map(|row| (row.share_id, !row.replaced)))
}

/// What the doorkeeper needs to know.
#[derive(Debug)]
pub struct Door {
    pub password: Option<String>,
    pub seal: Vec<u8>,
}

pub async fn door(conn: &mut PgConnection, id: i64) -> sqlx::Result<Door> {
    sqlx::query_as!(Door, "select password, seal from share where id = $1", id).fetch_one(conn).await
}

/// What it shows, once the door is open.
#[derive(Debug)]
pub struct Stored {
    pub statement: Option<Vec<u8>>,
    pub view: Option<String>,
    pub mask_key: Option<Vec<u8>>,
}

pub async fn stored(conn: &mut PgConnection, id: i64) -> sqlx::Result<Stored> {
    sqlx::query_as!(Stored, "select statement, view, mask_key from share where id = $1", id).fetch_one(conn).await
}

pub async fn count_view(conn: &mut PgConnection, id: i64, now: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update share set views = views + 1, last_view = $2 where id = $1", id, now)
        .execute(conn)
        .await
        .map(drop)
}

/// Nothing of what follows touches a revoked share; each answers whether there was one to change.
pub async fn pause(conn: &mut PgConnection, id: i64, paused: bool) -> sqlx::Result<bool> {
    let done = sqlx::query!("update share set paused = $2 where id = $1 and not revoked", id, paused);
    Ok(done.execute(conn).await?.rows_affected() > 0)
}

pub async fn expire(conn: &mut PgConnection, id: i64, expires: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!("update share set expires = $2 where id = $1 and not revoked", id, expires);
    Ok(done.execute(conn).await?.rows_affected() > 0)
}

/// With the seal, whatever a password has opened is closed again.
pub async fn reseal(conn: &mut PgConnection, id: i64, seal: &[u8; 32]) -> sqlx::Result<bool> {
    let done = sqlx::query!("update share set seal = $2 where id = $1 and not revoked", id, seal);
    Ok(done.execute(conn).await?.rows_affected() > 0)
}

/// What it showed goes with it.
pub async fn revoke(conn: &mut PgConnection, id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update share set revoked = true, password = null,
                statement = case when statement is null then null else ''::bytea end,
                view = case when view is null then null else '' end,
                mask_key = case when mask_key is null then null else ''::bytea end
         where id = $1 and not revoked",
        id
    );
    Ok(done.execute(conn).await?.rows_affected() > 0)
}

/// The shares of a person that are not revoked yet.
pub async fn of_creator(conn: &mut PgConnection, creator: &str) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!("select id from share where creator = $1 and not revoked", creator).fetch_all(conn).await
}
