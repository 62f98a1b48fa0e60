//! Who may come in, and what they may do then.

mod account;
mod audit;
pub(crate) mod guess;
mod matrix;
mod oidc;
mod owner;
mod people;
mod session;
mod shares;
mod start;
mod store;

use crate::web::{Answer, Web, request};
use app::model::person::Role;
use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Method, Request, StatusCode},
};
use server::{
    access::{Accounts, Limits},
    http::Door,
};
use sqlx::PgPool;
use std::{fmt::Write as _, net::SocketAddr};

pub(crate) const PASSWORD: &str = "correct horse battery";

const LIMITS: Limits = Limits { idle: 3600.0, absolute: 36_000.0 };

/// A server with accounts, the first of them without a code.
pub(crate) async fn web(pool: &PgPool) -> Web {
    let (accounts, code) = Accounts::open(pool.clone(), LIMITS, None, false).await.expect("a database");
    assert_eq!(code, None);
    Web::behind(pool.clone(), Door::with_accounts(accounts, Vec::new())).await
}

/// A browser.
pub(crate) struct Browser<'a> {
    pub(crate) web: &'a Web,
    pub(crate) cookie: String,
    /// The cookie while somebody signs in at a provider.
    pub(crate) way: String,
    /// Where it is.
    pub(crate) address: &'static str,
}

impl<'a> Browser<'a> {
    pub(crate) fn new(web: &'a Web) -> Self {
        Self { web, cookie: String::new(), way: String::new(), address: "192.0.2.1" }
    }

    /// One with a session of somebody who has this role.
    pub(crate) async fn of(web: &'a Web, pool: &PgPool, role: Role) -> Self {
        let name = format!("{role} {}", rand::random::<u32>());
        let person: i64 = sqlx::query_scalar("insert into person (name, role) values ($1, $2) returning id")
            .bind(name)
            .bind(role.as_str())
            .fetch_one(pool)
            .await
            .expect("a person");
        let mut browser = Self::new(web);
        browser.begin_session(pool, person).await;
        browser
    }

    pub(crate) async fn begin_session(&mut self, pool: &PgPool, person: i64) {
        self.cookie = format!("{:032x}", rand::random::<u128>());
        sqlx::query("insert into session (person_id, digest, agent, address) values ($1, $2, 'a browser', '')")
            .bind(person)
            .bind(blake3::hash(self.cookie.as_bytes()).as_bytes().as_slice())
            .execute(pool)
            .await
            .expect("a session");
    }

    fn ask(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let peer = SocketAddr::new(self.address.parse().expect("an address"), 1);
        let asked = request(method, path).header("accept", "text/html,*/*;q=0.8").header("user-agent", "a browser");
        let cookies = format!("a=b; __Host-sunset={}; __Host-sunset-way={}", self.cookie, self.way);
        asked.header("cookie", cookies).extension(ConnectInfo(peer))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.web.send(self.ask(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str) -> Answer {
        self.web.send(self.ask(method, path).body(Body::empty()).expect("a request")).await
    }

    pub(crate) fn form(&self, action: &str, fields: &[(&str, &str)]) -> Request<Body> {
        let mut body = String::new();
        for (name, value) in fields {
            let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC);
            let _ = write!(body, "&{name}={value}");
        }
        let post = self.ask(Method::POST, action).header("referer", "http://localhost:3000/form");
        let post =
            post.header("content-type", "application/x-www-form-urlencoded").header("sec-fetch-site", "same-origin");
        post.body(Body::from(body.trim_start_matches('&').to_owned())).expect("a request")
    }

    /// Posts a form, and takes the cookie that comes back.
    pub(crate) async fn post(&mut self, action: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.web.send(self.form(action, fields)).await;
        if let Some(value) = answer.header("set-cookie").strip_prefix("__Host-sunset=") {
            self.cookie = value.split(';').next().unwrap_or_default().to_owned();
        }
        answer
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/fn/sign_in", &[("name", name), ("password", password), ("next", "/callers")]).await
    }

    /// Makes the first administrator, and is them.
    pub(crate) async fn set_up(web: &'a Web, name: &str) -> Self {
        let mut browser = Self::new(web);
        let answer = browser.post("/fn/set_up", &[("name", name), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.header("location")), (StatusCode::FOUND, "/"), "{}", answer.text());
        browser
    }
}

/// Why a form was refused: the sentence on the page to which the browser is sent back.
pub(crate) fn refusal(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FOUND, "{}", answer.text());
    assert_eq!(answer.header("set-cookie"), "");
    let error = answer.header("location").split("__err=").nth(1).expect("a refusal").split('&').next();
    let error = percent_encoding::percent_decode_str(error.expect("an error")).decode_utf8_lossy().into_owned();
    leptos::server_fn::error::ServerFnUrlError::<app::api::ApiError>::decode_err(&error).to_string()
}
