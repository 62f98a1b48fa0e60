//! Signing in by an OpenID provider: a real one, which is on this machine and can be made to behave badly.

mod attack;
mod away;
mod fit;
mod jwt;
mod people;
mod provider;
mod sign_in;

use super::{Browser, LIMITS};
use crate::web::{Answer, Web};
use app::model::provider::Refusal;
use axum::http::StatusCode;
use provider::{CLIENT, Provider, SECRET};
use server::{
    access::{Accounts, Provider as Known, ProviderSettings},
    config::OpenId,
    http::Door,
};
use sqlx::PgPool;
use std::time::Duration;

const ROLES: &str = "lookers=viewer,doers=analyst,CN=admins,OU=it=administrator";

fn config(provider: &Provider) -> OpenId {
    OpenId {
        oidc_issuer: Some(provider.issuer.clone()),
        oidc_client_id: Some(CLIENT.into()),
        oidc_client_secret: provider.wishes().secret.map(str::to_owned),
        oidc_roles: Some(ROLES.parse().expect("roles")),
        oidc_groups_claim: "groups".into(),
        oidc_scopes: vec!["profile".into()],
        oidc_name: Some("Example & Co".into()),
        ..OpenId::default()
    }
}

/// A server whose people may come by the provider.
async fn web(pool: &PgPool, provider: &Provider) -> Web {
    web_by(pool, &config(provider)).await
}

async fn web_by(pool: &PgPool, config: &OpenId) -> Web {
    let settings = ProviderSettings::new(config).expect("good settings").expect("a provider");
    let known = Known::patient_for(settings, Duration::from_secs(5)).expect("a client");
    let (accounts, _) = Accounts::open(pool.clone(), LIMITS, Some(known), false).await.expect("a database");
    Web::behind(pool.clone(), Door::with_accounts(accounts, Vec::new())).await
}

/// The address to which the provider sends the browser back, without the origin.
async fn sent_back(address: &str) -> String {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
    let answer = client.expect("a client").get(address).send().await.expect("an answer");
    let (status, back) = (answer.status(), answer.headers().get("location").cloned());
    let back = back.unwrap_or_else(|| panic!("{status} from {address}"));
    let back = back.to_str().expect("text").to_owned();
    let path = back.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()));
    path.expect("a whole address")
}

impl Browser<'_> {
    /// Asks for a page, and keeps the cookies that come back.
    async fn follow(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        for line in answer.headers.get_all("set-cookie") {
            let (name, value) = line.to_str().expect("text").split_once('=').expect("a pair");
            let value = value.split(';').next().unwrap_or_default().to_owned();
            match name {
                "__Host-sunset" => self.cookie = value,
                "__Host-sunset-way" => self.way = value,
                other => panic!("an unknown cookie {other}"),
            }
        }
        answer
    }

    /// To the provider; answers its address.
    async fn leave(&mut self, next: &str) -> String {
        let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
        let answer = self.follow(&format!("/sign-in/provider?next={next}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        answer.header("location").to_owned()
    }

    /// To the provider, and from there back here; answers with what.
    async fn leave_and_return(&mut self, next: &str) -> String {
        let address = self.leave(next).await;
        sent_back(&address).await
    }

    /// The whole way.
    async fn sign_in_there(&mut self, next: &str) -> Answer {
        let back = self.leave_and_return(next).await;
        self.follow(&back).await
    }
}

/// Somebody was let in, and is led there.
#[track_caller]
fn is_in(answer: &Answer, next: &str) {
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, next), "{}", answer.text());
    assert!(answer.header("set-cookie").starts_with("__Host-sunset="), "{answer:?}");
}

/// Nobody was let in, for this reason.
#[track_caller]
fn is_out(answer: &Answer, why: Refusal) {
    let door = answer.header("location");
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(door.starts_with(&format!("/sign-in?why={why}")), "{door} instead of {why}");
    let cookies = answer.headers.get_all("set-cookie").iter();
    assert!(!cookies.into_iter().any(|line| line.as_bytes().starts_with(b"__Host-sunset=")), "{answer:?}");
}

/// Who did what to what, oldest first.
async fn lines(pool: &PgPool) -> Vec<String> {
    let query = "select name || ' ' || action || ' ' || about from audit order by id";
    sqlx::query_scalar(query).fetch_all(pool).await.expect("lines")
}

async fn count(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.expect("a count")
}
