//! People and how they are recognised.

pub mod guess;
pub mod invitation;
pub mod journey;
pub mod known;
pub mod session;
pub mod token;

use app::model::person::{Person, Role};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Whether anybody has an account that is good with this provider, if there is one: those of another cannot come in.
pub async fn exist(conn: &mut PgConnection, issuer: Option<&str>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from person where issuer is null or issuer = $1) as "exist!""#, issuer)
        .fetch_one(conn)
        .await
}

/// Nobody else adds people until the transaction ends.
pub async fn lock(conn: &mut PgConnection) -> sqlx::Result<()> {
    sqlx::query!("lock table person in exclusive mode").execute(conn).await?;
    Ok(())
}

/// The unique index on names refuses one that is taken.
pub async fn add(conn: &mut PgConnection, name: &str, role: Role, password: Option<&str>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into person (name, role, password) values ($1, $2, $3) returning id",
        name,
        role.as_str(),
        password
    )
    .fetch_one(conn)
    .await
}

/// What is needed to let somebody in.
pub struct Login {
    pub id: i64,
    pub name: String,
    pub password: Option<String>,
    pub disabled: bool,
}

/// Names are the same in capital and small letters.
pub async fn login(conn: &mut PgConnection, name: &str) -> sqlx::Result<Option<Login>> {
    sqlx::query_as!(Login, "select id, name, password, disabled from person where lower(name) = lower($1)", name)
        .fetch_optional(conn)
        .await
}

pub async fn signed_in(conn: &mut PgConnection, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update person set signed_in = now() where id = $1", id).execute(conn).await?;
    Ok(())
}

struct Row {
    id: i64,
    name: String,
    role: String,
    has_password: bool,
    issuer: Option<String>,
    disabled: bool,
    created: DateTime<Utc>,
    signed_in: Option<DateTime<Utc>>,
    invited_until: Option<DateTime<Utc>>,
}

/// All of them, by name.
pub async fn list(conn: &mut PgConnection) -> sqlx::Result<Vec<Person>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select p.id, p.name, p.role, p.password is not null as "has_password!", p.issuer, p.disabled,
                  p.created, p.signed_in, i.expires as "invited_until?"
           from person p left join invitation i on i.person_id = p.id and i.expires > now()
           order by lower(p.name)"#
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Person::try_from).collect()
}

impl TryFrom<Row> for Person {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        let role = role(&row.role)?;
        let Row { id, name, has_password, issuer, disabled: is_disabled, created, signed_in, invited_until, .. } = row;
        Ok(Self { id, name, role, has_password, issuer, is_disabled, created, signed_in, invited_until })
    }
}

fn role(text: &str) -> sqlx::Result<Role> {
    text.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))
}

/// Somebody, as others change them.
pub struct Named {
    pub name: String,
    /// The provider by which they sign in, if they do.
    pub issuer: Option<String>,
}

/// `None` if there is nobody with this number.
pub async fn named(conn: &mut PgConnection, id: i64) -> sqlx::Result<Option<Named>> {
    sqlx::query_as!(Named, "select name, issuer from person where id = $1", id).fetch_optional(conn).await
}

pub async fn set_password(conn: &mut PgConnection, id: i64, password: &str) -> sqlx::Result<()> {
    sqlx::query!("update person set password = $2 where id = $1", id, password).execute(conn).await?;
    Ok(())
}

pub async fn set_role(conn: &mut PgConnection, id: i64, role: Role) -> sqlx::Result<()> {
    sqlx::query!("update person set role = $2 where id = $1", id, role.as_str()).execute(conn).await?;
    Ok(())
}

pub async fn set_disabled(conn: &mut PgConnection, id: i64, disabled: bool) -> sqlx::Result<()> {
    sqlx::query!("update person set disabled = $2 where id = $1", id, disabled).execute(conn).await?;
    Ok(())
}

/// Whether somebody can still decide about people. `issuer`: the provider that says who is an administrator, if one does.
pub async fn has_administrator(conn: &mut PgConnection, issuer: Option<&str>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from person where role = 'administrator' and not disabled
                          and (password is not null or issuer = $1)) as "exists!""#,
        issuer
    )
    .fetch_one(conn)
    .await
}
