//! People whom an OpenID provider knows.

use app::model::person::Role;
use sqlx::PgConnection;

/// Somebody who was here before.
pub struct Known {
    pub id: i64,
    pub name: String,
    pub role: Role,
    pub disabled: bool,
}

struct Row {
    id: i64,
    name: String,
    role: String,
    disabled: bool,
}

pub async fn find(conn: &mut PgConnection, issuer: &str, subject: &str) -> sqlx::Result<Option<Known>> {
    let found = sqlx::query_as!(
        Row,
        "select id, name, role, disabled from person where issuer = $1 and subject = $2",
        issuer,
        subject
    )
    .fetch_optional(conn)
    .await?;
    let known = |row: Row| {
        let Row { id, name, role, disabled } = row;
        Ok(Known { id, name, role: super::role(&role)?, disabled })
    };
    found.map(known).transpose()
}

/// The first of these names that nobody has; `None` if all are taken.
pub async fn free_name(conn: &mut PgConnection, names: &[String]) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        r#"select wanted.name as "name!" from unnest($1::text[]) with ordinality as wanted (name, place)
           where not exists (select from person where lower(person.name) = lower(wanted.name))
           order by wanted.place limit 1"#,
        names
    )
    .fetch_optional(conn)
    .await
}

pub async fn add(conn: &mut PgConnection, issuer: &str, subject: &str, name: &str, role: Role) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into person (issuer, subject, name, role) values ($1, $2, $3, $4) returning id",
        issuer,
        subject,
        name,
        role.as_str()
    )
    .fetch_one(conn)
    .await
}
